import PostgresClient
import Testing

@Suite(.timeLimit(.minutes(5)))
struct StatementTests {
  @Test func aStatementIsPreparedOnceAndGivesWay() async throws {
    try await withPool(size: 1, { $0.preparedLimit = 3 }) { pool in
      try await pool.withConnection { connection in
        let count = PostgresStatement("SELECT count(*) FROM pg_prepared_statements")
        for _ in 0..<3 { try await connection.execute("SELECT $1::int8", .int8(1)) }
        // This statement counts itself.
        let value = try await connection.number(count)
        #expect(value == 2)
        for number in 0..<20 { try await connection.execute(PostgresStatement("SELECT \(number)")) }
        let remaining = try await connection.number(count)
        #expect(remaining <= 4)
        let five = try await connection.number("SELECT $1::int8", .int8(5))
        #expect(five == 5)
      }
    }
  }

  @Test func theSameTextWithOtherTypesIsAnotherStatement() async throws {
    try await withPool(size: 1) { pool in
      try await pool.withConnection { connection in
        let statement: PostgresStatement = "SELECT $1::text"
        let null = try await connection.execute(statement, .null)
        #expect(try null.isNull(0, 0))
        let text = try await connection.text(statement, .text("a"))
        #expect(text == "a")
        let fiveAsText = try await connection.text(statement, .int8(5))
        #expect(fiveAsText == "5")
      }
    }
  }

  @Test func aChangedTableIsPreparedAnew() async throws {
    try await withPool(size: 1) { pool in
      try await pool.withConnection { connection in
        try await connection.simple("CREATE TABLE t (a int8); INSERT INTO t VALUES (1)")
        try await connection.execute("SELECT * FROM t")
        try await connection.simple("ALTER TABLE t ADD b int8")
        #expect(await failure { try await connection.execute("SELECT * FROM t") }?.sqlstate == "0A000")
        let again = try await connection.execute("SELECT * FROM t")
        #expect(again.columnCount == 2)
        try await connection.simple("DEALLOCATE ALL")
        #expect(await failure { try await connection.execute("SELECT * FROM t") }?.sqlstate == "26000")
        let anew = try await connection.execute("SELECT * FROM t")
        #expect(anew.columnCount == 2)
      }
    }
  }

  @Test func errorsSayWhatFailed() async throws {
    try await withPool(size: 1) { pool in
      try await pool.withConnection { connection in
        try await connection.simple("CREATE TABLE t (id int8 CONSTRAINT t_key PRIMARY KEY)")
        let insert: PostgresStatement = "INSERT INTO t VALUES ($1)"
        let inserted = try await connection.execute(insert, .int8(4_711))
        #expect(inserted.rowsAffected == 1)
        let error = await failure { try await connection.execute(insert, .int8(4_711)) }
        #expect(error?.kind == .uniqueViolation)
        #expect(error?.constraint == "t_key")
        #expect(error?.statement == insert.sql)
        #expect(error?.severity == "ERROR")
        #expect(error?.isRetriable == false)
        #expect(error?.description.contains("4711") == false)
        #expect(await failure { try await connection.execute("SELECT 1 FROM missing") }?.kind == .undefinedTable)
        #expect(await failure { try await connection.simple("SELECT 1; SELEC") }?.sqlstate == "42601")
        let last = try await connection.simple("SELECT 1; SELECT 'x'").last
        #expect(try last?.text(0, 0) == "x")
      }
    }
  }

  @Test func aSeriesIsOneRoundTripAndOneTransaction() async throws {
    try await withPool(size: 1) { pool in
      try await pool.withConnection { connection in
        try await connection.simple("CREATE TABLE t (id int8 PRIMARY KEY)")
        let insert: PostgresStatement = "INSERT INTO t VALUES ($1)"
        let results = try await connection.pipeline([
          (.begin, []), (insert, [.int8(1)]), (insert, [.int8(2)]), ("SELECT count(*) FROM t", []), (.commit, []),
        ])
        #expect(results.count == 5)
        #expect(try results[3].int8(0, 0) == 2)
        #expect(results[4].commandTag == "COMMIT")

        let error = await failure {
          try await connection.pipeline([(insert, [.int8(3)]), (insert, [.int8(1)]), (insert, [.int8(4)])])
        }
        #expect(error?.kind == .uniqueViolation)
        #expect(error?.index == 1)
        let rows = try await connection.number("SELECT count(*) FROM t")
        #expect(rows == 2)
      }
    }
  }

  @Test func anErrorInNewStatementsLeavesTheRestUnprepared() async throws {
    try await withPool(size: 1) { pool in
      let commands: [PostgresCommand] = [("SELECT 1::int8", []), ("SELECT nonsense", []), ("SELECT 3::int8", [])]
      try await pool.withConnection { connection in
        #expect(await failure { try await connection.pipeline(commands) }?.index == 1)
        let three = try await connection.number(commands[2].statement)
        #expect(three == 3)
      }
      // A transaction that the series left open and broken is ended before the next borrower.
      try await pool.withConnection { connection in
        _ = await failure { try await connection.pipeline([(.begin, []), ("SELECT nonsense", [])]) }
      }
      #expect(try await pool.number("SELECT 1::int8") == 1)
      #expect(pool.generation == 1)
    }
  }

  @Test func aLongSeriesWithBigAnswersDoesNotBlock() async throws {
    try await withPool(size: 1) { pool in
      try await pool.withConnection { connection in
        let echo: PostgresStatement = "SELECT $1::bytea, $1::bytea"
        let blob = [UInt8](repeating: 1, count: 100_000)
        let results = try await connection.pipeline(Array(repeating: (echo, [.bytea(blob)]), count: 200))
        #expect(results.count == 200)
        #expect(try results[199].bytes(0, 1).count == blob.count)
      }
    }
  }

  @Test func oneConnectionServesOneCallAtATime() async throws {
    try await withPool(size: 2) { pool in
      try await pool.withConnection { connection in
        let backend = try await connection.number("SELECT pg_backend_pid()")
        let slow = Task { try await connection.execute("SELECT pg_sleep(60)") }
        try await isSleeping(backend, in: pool)
        #expect(await failure { try await connection.execute("SELECT 1") } != nil)
        slow.cancel()
        #expect(await failure { _ = try await slow.value }?.kind == .cancelled)
        #expect(await connection.answers())
      }
    }
  }
}

import PostgresClient
import TestKit
import Testing

@Suite(.timeLimit(.minutes(5)))
struct TransactionTests {
  struct Mistake: Error {}

  @Test func itCommitsOrRollsBack() async throws {
    try await withPool(size: 1) { pool in
      try await pool.withConnection { try await $0.simple("CREATE TABLE t (id int8)") }
      try await pool.transaction { try await $0.execute("INSERT INTO t VALUES (1)") }
      await #expect(throws: Mistake.self) {
        try await pool.transaction { connection in
          try await connection.execute("INSERT INTO t VALUES (2)")
          throw Mistake()
        }
      }
      #expect(try await pool.number("SELECT count(*) FROM t") == 1)
    }
  }

  @Test func aSwallowedErrorDoesNotPassForACommit() async throws {
    try await withPool(size: 1) { pool in
      let error = await failure {
        try await pool.transaction { connection in _ = try? await connection.execute("SELECT nonsense") }
      }
      #expect(error?.sqlstate == "25P02")
    }
  }

  @Test func anErrorOfTheCommitIsTheServers() async throws {
    try await withPool(size: 1) { pool in
      try await pool.withConnection {
        try await $0.simple("CREATE TABLE t (id int8 UNIQUE DEFERRABLE INITIALLY DEFERRED)")
      }
      let error = await failure {
        try await pool.transaction { try await $0.execute("INSERT INTO t VALUES (1), (1)") }
      }
      #expect(error?.kind == .uniqueViolation)
      #expect(try await pool.number("SELECT 1::int8") == 1)
    }
  }

  @Test func aDeadlockAsksToBeRepeated() async throws {
    try await withPool { pool in
      try await pool.withConnection {
        try await $0.simple("CREATE TABLE t (id int8, n int8); INSERT INTO t VALUES (1, 0), (2, 0)")
      }
      let update: PostgresStatement = "UPDATE t SET n = n + 1 WHERE id = $1"
      let meeting = Meeting(parties: 2)
      let work: @Sendable (Int64, Int64) async -> PostgresError? = { first, second in
        await failure {
          try await pool.transaction { connection in
            try await connection.execute("SET LOCAL deadlock_timeout = '50ms'")
            try await connection.execute(update, .int8(first))
            await meeting.arrive()
            try await connection.execute(update, .int8(second))
          }
        }
      }
      async let one = work(1, 2)
      async let other = work(2, 1)
      let errors = await [one, other].compactMap(\.self)
      #expect(errors.map(\.kind) == [.deadlock])
      #expect(errors.first?.asksToRepeatTransaction == true)
      #expect(try await pool.number("SELECT sum(n)::int8 FROM t") == 2)
    }
  }

  /// Statements that give way to others are not dropped where that would fail.
  @Test func aFailedTransactionCanBeRolledBackToASavepoint() async throws {
    try await withPool(size: 1, { $0.preparedLimit = 1 }) { pool in
      let sum = try await pool.transaction { connection in
        try await connection.execute("CREATE TEMPORARY TABLE t (n int8) ON COMMIT DROP")
        try await connection.execute("INSERT INTO t VALUES (1)")
        try await connection.execute("SAVEPOINT here")
        #expect(await failure { try await connection.execute("INSERT INTO t SELECT 1 / (n - 1) FROM t") } != nil)
        try await connection.execute("ROLLBACK TO here")
        return try await connection.number("SELECT sum(n)::int8 FROM t")
      }
      #expect(sum == 1)
    }
  }

  @Test func aSerializationFailureAsksToBeRepeated() async throws {
    try await withPool { pool in
      let error = await failure {
        try await pool.transaction {
          try await $0.simple("DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '40001'; END $$")
        }
      }
      #expect(error?.kind == .serialization)
      #expect(error?.asksToRepeatTransaction == true)
    }
  }

  /// A deferred trigger ends the transaction's own backend within the COMMIT, so that the answer never comes.
  @Test func aLostCommitIsUnknown() async throws {
    try await withPool(size: 1) { pool in
      try await pool.withConnection {
        try await $0.simple(
          """
          CREATE TABLE t (id int8);
          CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
          CREATE CONSTRAINT TRIGGER die AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION die();
          """)
      }
      let insert: PostgresStatement = "INSERT INTO t VALUES (1)"
      let error = await failure { try await pool.transaction { try await $0.execute(insert) } }
      #expect(error?.kind == .commitUnknown)
      #expect(error?.isRetriable == false)
      let inSeries = await failure {
        try await pool.withConnection { try await $0.pipeline([(.begin, []), (insert, []), (.commit, [])]) }
      }
      #expect(inSeries?.kind == .commitUnknown)
      let before = await failure {
        try await pool.withConnection {
          try await $0.pipeline([(.begin, []), ("SELECT pg_terminate_backend(pg_backend_pid())", []), (.commit, [])])
        }
      }
      #expect(before?.kind == .connection)
      #expect(pool.generation == 3)
    }
  }

  @Test func aTransactionInWhichNothingIsSaidIsEnded() async throws {
    try await withPool(size: 2, { $0.idleTransactionTimeout = .milliseconds(50) }) { pool in
      try await pool.withConnection { try await $0.simple("CREATE TABLE t (id int8)") }
      let error = await failure {
        try await pool.transaction { connection in
          try await connection.execute("INSERT INTO t VALUES (1)")
          let backend = try await connection.number("SELECT pg_backend_pid()::int8")
          try await eventually {
            try await pool.number("SELECT count(*) FROM pg_stat_activity WHERE pid = $1", .int8(backend)) == 0
          }
          try await connection.execute("INSERT INTO t VALUES (2)")
        }
      }
      #expect(error?.kind == .connection)
      #expect(error?.isRetriable == true)
      #expect(try await pool.number("SELECT count(*) FROM t") == 0)
    }
  }
}

/// Holds its first callers until all parties are there; later ones pass.
actor Meeting {
  private var missing: Int
  private var waiting: [CheckedContinuation<Void, Never>] = []

  init(parties: Int) { missing = parties }

  func arrive() async {
    missing -= 1
    if missing > 0 { return await withCheckedContinuation { waiting.append($0) } }
    for continuation in waiting { continuation.resume() }
    waiting = []
  }
}

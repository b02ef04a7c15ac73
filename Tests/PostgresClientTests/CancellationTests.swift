import PostgresClient
import TestKit
import Testing

@Suite(.timeLimit(.minutes(5)))
struct CancellationTests {
  @Test func aCancelledTaskCancelsItsStatement() async throws {
    try await withPool(size: 2) { pool in
      try await pool.withConnection { connection in
        let id = try await connection.number("SELECT pg_backend_pid()")
        let task = Task { try await connection.execute("SELECT pg_sleep(60)") }
        try await isSleeping(id, in: pool)
        task.cancel()
        let error = await failure { _ = try await task.value }
        #expect(error?.kind == .cancelled)
        // The connection is the same, and the request to cancel hits nothing else.
        for _ in 0..<50 {
          let same = try await connection.number("SELECT pg_backend_pid()")
          #expect(same == id)
        }
      }
      #expect(pool.generation == 2)
    }
  }

  @Test func aCancelledTransactionIsRolledBack() async throws {
    try await withPool(size: 2) { pool in
      try await pool.withConnection { try await $0.simple("CREATE TABLE t (id int8)") }
      let id = Box<Int64?>(nil)
      let task = Task {
        try await pool.transaction { connection in
          try await connection.execute("INSERT INTO t VALUES (1)")
          await id.set(try await connection.number("SELECT pg_backend_pid()"))
          try await connection.execute("SELECT pg_sleep(60)")
        }
      }
      try await eventually { await id.value != nil }
      try await isSleeping(try #require(await id.value), in: pool)
      task.cancel()
      #expect(await failure { try await task.value }?.kind == .cancelled)
      #expect(try await pool.number("SELECT count(*) FROM t") == 0)
      #expect(pool.counts.lent == 0)
      #expect(pool.generation == 2)
    }
  }

  @Test func theCallsOwnLimitEndsIt() async throws {
    try await withPool(size: 1) { pool in
      try await pool.withConnection { connection in
        let error = await failure {
          try await connection.execute("SELECT pg_sleep(60)", timeout: .milliseconds(100))
        }
        #expect(error?.kind == .timeout)
        #expect(error?.message == "the call took longer than its limit")
        #expect(await connection.answers())
      }
      #expect(pool.generation == 1)
    }
  }

  @Test func theServersLimitEndsIt() async throws {
    try await withPool(size: 1, { $0.statementTimeout = .seconds(1) }) { pool in
      try await pool.withConnection { connection in
        let error = await failure { try await connection.execute("SELECT pg_sleep(60)") }
        #expect(error?.kind == .timeout)
        #expect(error?.sqlstate == "57014")
        #expect(await connection.answers())
      }
    }
  }

  /// A server that does not react: its process is stopped, so that it takes no request to cancel either.
  @Test func aConnectionThatDoesNotSettleIsClosed() async throws {
    try await withPool(size: 2, { $0.cancelTimeout = .milliseconds(200) }) { pool in
      try await pool.withConnection { connection in
        let id = try await connection.number("SELECT pg_backend_pid()")
        signal(id, stop: true)
        defer { signal(id, stop: false) }
        let error = await failure { try await connection.execute("SELECT 1", timeout: .milliseconds(100)) }
        #expect(error?.kind == .timeout)
        #expect(await failure { try await connection.execute("SELECT 1") }?.kind == .connection)
      }
      #expect(try await pool.number("SELECT 1::int8") == 1)
      #expect(pool.generation == 2)
    }
  }

  @Test func aTaskThatIsCancelledBeforehandRunsNothing() async throws {
    try await withPool(size: 1) { pool in
      let task = Task {
        withUnsafeCurrentTask { $0?.cancel() }
        return try await pool.number("SELECT 1::int8")
      }
      #expect(await failure { _ = try await task.value }?.kind == .cancelled)
      #expect(pool.generation == 0)
    }
  }

}

actor Box<Value: Sendable> {
  private(set) var value: Value
  init(_ value: Value) { self.value = value }
  func set(_ value: Value) { self.value = value }
}

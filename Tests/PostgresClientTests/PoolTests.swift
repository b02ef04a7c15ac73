import LocalServers
import PostgresClient
import Telemetry
import TestKit
import Testing

@Suite(.timeLimit(.minutes(1)))
struct PoolTests {
  @Test func twoHundredTasksShareFourConnections() async throws {
    try await withPool(size: 4) { pool in
      try await pool.withConnection { try await $0.simple("CREATE TABLE t (n int8); INSERT INTO t VALUES (0)") }
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<200 {
          group.addTask {
            for _ in 0..<10 { try await pool.transaction { try await $0.execute("UPDATE t SET n = n + 1") } }
          }
        }
        try await group.waitForAll()
      }
      #expect(try await pool.number("SELECT n FROM t") == 2_000)
      #expect(pool.generation == 4)
      #expect(pool.counts.idle == 4)
      #expect(pool.counts.lent == 0)
    }
  }

  @Test func tooManyWaitersAndTooLongWaitsAreRefused() async throws {
    try await withPool(
      size: 1,
      {
        $0.waitingLimit = 1
        $0.acquireTimeout = .milliseconds(1_500)
      }
    ) { pool in
      try await pool.withConnection { _ in
        async let waiting = failure { _ = try await pool.number("SELECT 1::int8") }
        try await eventually { pool.counts.waiting == 1 }
        let refused = await failure { _ = try await pool.number("SELECT 1::int8") }
        #expect(refused?.kind == .poolExhausted)
        #expect(refused?.isRetriable == true)
        #expect(await waiting?.kind == .poolExhausted)
        #expect(pool.counts.waiting == 0)
      }
      #expect(try await pool.number("SELECT 1::int8") == 1)
    }
  }

  @Test func whoWaitsLongestIsServedFirst() async throws {
    try await withPool(size: 1) { pool in
      let order = Box<[Int]>([])
      try await withThrowingTaskGroup(of: Void.self) { group in
        try await pool.withConnection { _ in
          for number in 0..<10 {
            group.addTask { try await pool.withConnection { _ in await order.set(await order.value + [number]) } }
            try await eventually { pool.counts.waiting == number + 1 }
          }
        }
        try await group.waitForAll()
      }
      #expect(await order.value == Array(0..<10))
    }
  }

  @Test func aCancelledWaiterLeavesTheQueue() async throws {
    try await withPool(size: 1) { pool in
      try await pool.withConnection { _ in
        let task = Task { try await pool.number("SELECT 1::int8") }
        try await eventually { pool.counts.waiting == 1 }
        task.cancel()
        #expect(await failure { _ = try await task.value }?.kind == .cancelled)
        #expect(pool.counts.waiting == 0)
      }
      #expect(try await pool.number("SELECT 1::int8") == 1)
    }
  }

  @Test func anIdleConnectionIsCheckedAndReplaced() async throws {
    try await withPool(
      size: 1,
      {
        $0.idleCheck = .zero
        $0.connectTimeout = .milliseconds(300)
        $0.cancelTimeout = .milliseconds(300)
      }
    ) { pool in
      let first = try await pool.number("SELECT pg_backend_pid()")
      #expect(try await pool.number("SELECT pg_backend_pid()") == first)
      signal(first, stop: true)
      defer { signal(first, stop: false) }
      // The process does not answer; the pool gives the ping up and opens another connection.
      #expect(try await pool.number("SELECT pg_backend_pid()") != first)
      #expect(pool.generation == 2)
    }
  }

  @Test func shuttingDownWaitsForBorrowers() async throws {
    let server = try await TestServers.postgres()
    let pool = try PostgresPool(configuration: PostgresConfiguration(url: server.url), logger: .silent)
    let (started, finished) = (Box(false), Box(false))
    let borrower = Task {
      try await pool.withConnection { connection in
        await started.set(true)
        try await connection.execute("SELECT pg_sleep(0.3)")
        await finished.set(true)
      }
    }
    try await eventually { await started.value }
    await pool.shutDown()
    #expect(await finished.value)
    try await borrower.value
    #expect(await failure { _ = try await pool.number("SELECT 1::int8") }?.kind == .poolClosed)
    await pool.shutDown()
  }
}

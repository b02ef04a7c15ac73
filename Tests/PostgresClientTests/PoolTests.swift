import LocalServers
import PostgresClient
import Telemetry
import TestKit
import Testing

@Suite(.timeLimit(.minutes(5)))
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
        $0.acquireTimeout = .seconds(4)
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

  /// However many they are, and whether or not their server answers: nobody waits for them.
  @Test func connectionsThatWereIdleForLongAreReplaced() async throws {
    try await withPool(size: 5, { $0.idleLimit = .zero }) { pool in
      let backends = Box<[Int64]>([])
      try await withThrowingTaskGroup(of: Void.self) { group in
        let meeting = Meeting(parties: 4)
        for _ in 0..<4 {
          group.addTask {
            try await pool.withConnection { connection in
              let backend = try await connection.number("SELECT pg_backend_pid()")
              await backends.set(await backends.value + [backend])
              await meeting.arrive()
            }
          }
        }
        try await group.waitForAll()
      }
      let stopped = await backends.value
      for backend in stopped { signal(backend, stop: true) }
      defer { for backend in stopped { signal(backend, stop: false) } }
      let began = ContinuousClock.now
      let fresh = try await pool.number("SELECT pg_backend_pid()")
      #expect(!stopped.contains(fresh))
      #expect(ContinuousClock.now - began < .seconds(60))
      #expect(pool.generation == 5)
    }
  }

  /// A connection that was opened for nobody is looked after like the others.
  @Test func aConnectionThatWasNeverLentIsWatched() async throws {
    try await withPool(size: 2) { pool in
      try await pool.withConnection { connection in
        let backend = try await connection.number("SELECT pg_backend_pid()")
        // Opens the second connection, and has gone away before it is there.
        let task = Task { try await pool.number("SELECT 1::int8") }
        try await eventually { pool.counts.waiting == 1 || pool.counts.lent == 2 || pool.counts.idle == 1 }
        task.cancel()
        _ = try? await task.value
        try await eventually { pool.counts.idle == 1 }
        try await connection.execute(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> $1",
          .int4(Int32(backend)))
        try await eventually { pool.counts.idle == 0 }
      }
    }
  }

  @Test func shuttingDownWaitsForBorrowers() async throws {
    let server = try await TestServers.postgres()
    let pool = try PostgresPool(configuration: Patience.postgres(server.url), logger: .silent)
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

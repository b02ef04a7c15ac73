import LocalServers
import Migrations
import PostgresClient
import Telemetry
import TestKit
import Testing

@Suite(.timeLimit(.minutes(5)))
struct MigratorTests {
  static let first = migration(1, "first", "CREATE TABLE a (id int8)", "DROP TABLE a")
  static let second = migration(2, "second", "CREATE TABLE b (id int8); INSERT INTO b VALUES (7)", "DROP TABLE b")

  static func migration(_ version: Int, _ name: String, _ up: String, _ down: String? = nil) -> Migration {
    Migration(version, name, up: Array(up.utf8), down: down.map { Array($0.utf8) })
  }

  private func withPool<R>(_ body: (PostgresPool) async throws -> R) async throws -> R {
    try await withDatabase { url in
      try await TestKit.withPool(Patience.postgres(url), body)
    }
  }

  private func migrator(_ pool: PostgresPool, _ migrations: [Migration], lockWait: Duration = Patience.limit)
    -> Migrator
  {
    Migrator(pool: pool, migrations: migrations, logger: .silent, lockWait: lockWait)
  }

  private func error(_ body: () async throws -> [Migration]) async -> MigrationError? {
    do { _ = try await body() } catch { return error as? MigrationError }
    return nil
  }

  @Test func migrationsAreAppliedOnceAndInOrder() async throws {
    try await withPool { pool in
      let early = migrator(pool, [Self.first])
      #expect(try await !early.isCurrent())
      #expect(try await early.status().differences == ["0001_first is not applied"])
      #expect(try await early.apply().map(\.label) == ["0001_first"])
      #expect(try await early.apply().isEmpty)
      #expect(try await early.isCurrent())

      let late = migrator(pool, [Self.second, Self.first])
      #expect(try await late.apply().map(\.label) == ["0002_second"])
      let status = try await late.status()
      #expect(status.applied.map(\.label) == ["0001_first", "0002_second"])
      #expect(status.applied.allSatisfy { $0.appliedAt > 0 })
    }
  }

  @Test func aChangedOrUnknownMigrationStopsEverything() async throws {
    try await withPool { pool in
      try await migrator(pool, [Self.first, Self.second]).apply()
      let changed = migrator(pool, [Self.migration(1, "first", "CREATE TABLE a (id int4)"), Self.second])
      #expect(await error { try await changed.apply() } == .changed(label: "0001_first"))
      let older = migrator(pool, [Self.first])
      #expect(await error { try await older.apply() } == .unknown(label: "0002_second"))
      #expect(await error { try await older.down(to: 0) } == .unknown(label: "0002_second"))
      #expect(try await older.status().differences == ["0002_second is not known to this program"])
      // It may run, and start, beside the newer program that did this.
      #expect(try await older.isCurrent())
      #expect(try await !migrator(pool, [Self.first, Self.migration(3, "third", "")]).isCurrent())
    }
  }

  @Test func aGapIsRefused() async throws {
    try await withPool { pool in
      try await migrator(pool, [Self.second]).apply()
      let refused = await error { try await migrator(pool, [Self.first, Self.second]).apply() }
      #expect(refused == .outOfOrder(label: "0001_first", applied: "0002_second"))
    }
  }

  @Test func aFailedMigrationLeavesNothingBehind() async throws {
    try await withPool { pool in
      let bad = Self.migration(2, "bad", "CREATE TABLE b (id int8); SELECT nonsense")
      let refused = await error { try await migrator(pool, [Self.first, bad]).apply() }
      guard case .failed("0002_bad", let reason) = refused else {
        Issue.record("\(String(describing: refused))")
        return
      }
      #expect(reason.contains("nonsense"))
      let repaired = try await migrator(pool, [Self.first, Self.second]).apply()
      #expect(repaired.map(\.label) == ["0002_second"])
    }
  }

  @Test func aMarkedMigrationRunsOutsideATransaction() async throws {
    try await withPool { pool in
      let sql = "CREATE INDEX CONCURRENTLY a_id ON a (id)"
      let plain = Self.migration(2, "index", sql)
      #expect(await error { try await migrator(pool, [Self.first, plain]).apply() } != nil)
      let marked = Self.migration(2, "index", "-- migrate: no transaction\n" + sql)
      let applied = try await migrator(pool, [Self.first, marked]).apply()
      #expect(applied.map(\.label) == ["0002_index"])
    }
  }

  @Test func migrationsAreTakenBack() async throws {
    try await withPool { pool in
      let both = migrator(pool, [Self.first, Self.second])
      try await both.apply()
      #expect(try await both.down(to: 1).map(\.label) == ["0002_second"])
      #expect(try await both.status().missing.map(\.label) == ["0002_second"])
      #expect(try await both.down(to: 0).map(\.label) == ["0001_first"])
      #expect(try await both.apply().count == 2)
      let closed = migrator(pool, [Self.first, Self.migration(2, "second", Self.second.up)])
      #expect(await error { try await closed.down(to: 0) } == .noWayDown(label: "0002_second"))
    }
  }

  @Test func processesThatMigrateAtOnceWaitForEachOther() async throws {
    try await withPool { pool in
      let slow = Self.migration(1, "slow", "CREATE TABLE a (id int8); SELECT pg_sleep(0.5)")
      let applied = try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<4 { group.addTask { try await migrator(pool, [slow]).apply().count } }
        return try await group.reduce(0, +)
      }
      #expect(applied == 1)
    }
  }

  @Test func theWaitForAnotherProcessHasALimit() async throws {
    try await withPool { pool in
      let started = Self.migration(1, "slow", "SELECT pg_sleep(60)")
      let holder = Task { try await migrator(pool, [started]).apply() }
      try await eventually {
        try await pool.withConnection {
          try await $0.execute(
            """
            SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND state = 'active' AND query LIKE 'SELECT pg_sleep%'
            """
          ).int8(0, 0)
        } == 1
      }
      let refused = await error { try await migrator(pool, [started], lockWait: .milliseconds(100)).apply() }
      #expect(refused == .locked)
      holder.cancel()
      _ = await holder.result
      // The lock went with the cancelled session.
      #expect(try await migrator(pool, [Self.first]).apply().count == 1)
    }
  }

  @Test func theShippedOnesGoUpDownAndUp() async throws {
    try await withPool { pool in
      let shipped = Migrator(pool: pool, logger: .silent)
      let count = try await shipped.apply().count
      #expect(count == Migration.shipped.count)
      #expect(try await shipped.down(to: 0).count == count)
      let left = try await pool.withConnection {
        try await $0.execute(
          "SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'schema_migration'"
        ).int8(0, 0)
      }
      #expect(left == 0)
      #expect(try await shipped.apply().count == count)
    }
  }
}

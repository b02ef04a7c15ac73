public import PostgresClient
public import Telemetry

/// Brings a database's schema to what this program needs, and says how far it is.
///
/// What was applied stands in the table `schema_migration`. Processes that migrate at once wait for each other by a
/// session advisory lock.
public struct Migrator: Sendable {
  private let pool: PostgresPool
  private let migrations: [Migration]
  private let logger: Logger
  /// How long to wait for another process that migrates.
  private let lockWait: Duration
  /// How long one migration may take.
  private let limit: Duration

  /// "hyperlop" in ASCII: the same in every process.
  private static let lockKey: Int64 = 0x6879_7065_726c_6f70

  public init(
    pool: PostgresPool, migrations: [Migration] = Migration.shipped, logger: Logger, lockWait: Duration = .seconds(60),
    limit: Duration = .seconds(3_600)
  ) {
    self.pool = pool
    self.migrations = migrations
    self.logger = logger
    self.lockWait = lockWait
    self.limit = limit
  }

  /// Applies what is missing, in order, and returns what that was.
  /// - Throws: `MigrationError`, with what was applied before it kept; `PostgresError`.
  @discardableResult
  public func apply() async throws -> [Migration] {
    try await alone { connection in
      try await connection.simple(
        """
        CREATE TABLE IF NOT EXISTS schema_migration (
          version    integer     NOT NULL PRIMARY KEY,
          name       text        NOT NULL,
          checksum   text        NOT NULL,
          applied_at timestamptz NOT NULL DEFAULT now()
        )
        """)
      let plan = try await state(on: connection).plan()
      for migration in plan {
        try await run(migration, migration.up, on: connection) {
          try await $0.execute(
            "INSERT INTO schema_migration (version, name, checksum) VALUES ($1, $2, $3)",
            .int4(Int32(truncatingIfNeeded: migration.version)), .text(migration.name), .text(migration.checksum))
        }
        logger.info("migration applied", ["migration": migration.label])
      }
      return plan
    }
  }

  /// Takes back, newest first, what is above `version`, and returns what that was.
  /// - Throws: `MigrationError`, `PostgresError`.
  @discardableResult
  public func down(to version: Int) async throws -> [Migration] {
    try await alone { connection in
      let plan = try await state(on: connection).plan(downTo: version)
      for migration in plan {
        try await run(migration, migration.down ?? "", on: connection) {
          try await $0.execute(
            "DELETE FROM schema_migration WHERE version = $1", .int4(Int32(truncatingIfNeeded: migration.version)))
        }
        logger.notice("migration taken back", ["migration": migration.label])
      }
      return plan
    }
  }

  /// How the database stands, without changing or locking anything.
  public func status() async throws -> SchemaState {
    try await pool.withConnection { try await state(on: $0) }
  }

  /// Whether the database has this program's migrations; `status().differences` says what is missing.
  public func isCurrent() async throws -> Bool { try await status().isCurrent }

  // MARK: Steps

  /// Runs `body` while no other process migrates. The connection is closed afterwards, which ends the lock and the
  /// session's settings however `body` ended.
  private func alone<R>(_ body: (PostgresConnection) async throws -> R) async throws -> R {
    try await pool.withConnection { connection in
      do {
        try await connection.simple("SET statement_timeout = 0")
        try await lock(connection)
        let result = try await body(connection)
        await connection.close()
        return result
      } catch {
        await connection.close()
        throw error
      }
    }
  }

  private func lock(_ connection: PostgresConnection) async throws {
    do {
      try await connection.execute("SELECT pg_advisory_lock($1)", .int8(Self.lockKey), timeout: lockWait)
    } catch  where error.kind == .timeout {
      throw MigrationError.locked
    }
  }

  private func state(on connection: PostgresConnection) async throws -> SchemaState {
    guard try await !connection.execute("SELECT to_regclass('schema_migration')::text").isNull(0, 0) else {
      return SchemaState(known: migrations, applied: [])
    }
    let rows = try await connection.execute("SELECT version, name, checksum, applied_at FROM schema_migration")
    let applied = try (0..<rows.count).map { row in
      AppliedMigration(
        version: Int(try rows.int8(row, 0)), name: try rows.text(row, 1), checksum: try rows.text(row, 2),
        appliedAt: try rows.timestamptz(row, 3))
    }
    return SchemaState(known: migrations, applied: applied)
  }

  private func run(
    _ migration: Migration, _ sql: String, on connection: PostgresConnection,
    recording record: (PostgresConnection) async throws -> Void
  ) async throws {
    do {
      if Migration.isTransactional(sql) {
        try await connection.transaction { connection in
          try await connection.simple(sql, timeout: limit)
          try await record(connection)
        }
      } else {
        try await connection.simple(sql, timeout: limit)
        try await record(connection)
      }
    } catch let error as PostgresError where error.sqlstate != nil {
      throw MigrationError.failed(label: migration.label, reason: "\(error)")
    }
  }
}

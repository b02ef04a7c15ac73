/// A row of `schema_migration`.
public struct AppliedMigration: Sendable, Equatable {
  public let version: Int
  public let name: String
  public let checksum: String
  /// Microseconds since 1970-01-01 00:00 UTC.
  public let appliedAt: Int64

  public var label: String { Migration.label(version, name) }
}

/// The program's migrations beside those of a database.
public struct SchemaState: Sendable {
  /// The program's migrations, by version.
  let known: [Migration]
  /// The database's, by version.
  public let applied: [AppliedMigration]

  init(known: [Migration], applied: [AppliedMigration]) {
    self.known = known.sorted { $0.version < $1.version }
    self.applied = applied.sorted { $0.version < $1.version }
  }

  /// What the program knows and the database lacks.
  public var missing: [Migration] {
    let versions = Set(applied.map(\.version))
    return known.filter { !versions.contains($0.version) }
  }

  /// What the database has and the program does not know.
  public var unknown: [AppliedMigration] {
    let versions = Set(known.map(\.version))
    return applied.filter { !versions.contains($0.version) }
  }

  /// What was changed after it was applied.
  public var changed: [AppliedMigration] {
    applied.filter { row in known.contains { $0.version == row.version && $0.checksum != row.checksum } }
  }

  /// Whether this program can work with the database. Later migrations do not stand in its way: an older program must
  /// still run, and start, while a newer one is rolled out.
  public var isCurrent: Bool { missing.isEmpty && changed.isEmpty && !hasForeignBefore }

  /// Whether the database has a migration that this program should know, since it is not above the program's own.
  private var hasForeignBefore: Bool { unknown.contains { $0.version < known.last?.version ?? 0 } }

  /// What differs, for people; empty when nothing does.
  public var differences: [String] {
    missing.map { "\($0.label) is not applied" } + unknown.map { "\($0.label) is not known to this program" }
      + changed.map { "\($0.label) was changed after it was applied" }
  }

  /// What to apply, in order.
  func plan() throws(MigrationError) -> [Migration] {
    try check()
    if let first = missing.first, let last = applied.last, first.version < last.version {
      throw .outOfOrder(label: first.label, applied: last.label)
    }
    return missing
  }

  /// What to take back to get to `version`, in order.
  func plan(downTo version: Int) throws(MigrationError) -> [Migration] {
    try check()
    let versions = Set(applied.map(\.version))
    let steps = known.filter { $0.version > version && versions.contains($0.version) }
    if let closed = steps.last(where: { $0.down == nil }) { throw .noWayDown(label: closed.label) }
    return steps.reversed()
  }

  private func check() throws(MigrationError) {
    if let row = changed.first { throw .changed(label: row.label) }
    if let row = unknown.first { throw .unknown(label: row.label) }
  }
}

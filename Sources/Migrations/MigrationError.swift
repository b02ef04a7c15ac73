/// Why the schema was left as it is.
public enum MigrationError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A file differs from what was applied under its version.
  case changed(label: String)
  /// The database has a migration that this program does not know: the program is older than the database.
  case unknown(label: String)
  /// A migration would have to be applied before one that already is.
  case outOfOrder(label: String, applied: String)
  /// Another process migrates, and did not end within the limit.
  case locked
  /// There is no way back from a migration.
  case noWayDown(label: String)
  /// The SQL of a migration failed; it left nothing behind, unless it runs outside a transaction.
  case failed(label: String, reason: String)

  public var description: String {
    switch self {
    case .changed(let label):
      "migration \(label) was changed after it was applied: restore its file, and put the change into a new one"
    case .unknown(let label):
      "the database has migration \(label), which this program does not know: run a newer program"
    case .outOfOrder(let label, let applied):
      "migration \(label) is not applied, but the later \(applied) is: give it a higher number"
    case .locked: "another process is migrating this database and did not end in time"
    case .noWayDown(let label): "migration \(label) has no down file"
    case .failed(let label, let reason): "migration \(label) failed: \(reason)"
    }
  }
}

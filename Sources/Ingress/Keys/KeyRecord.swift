/// A key as it is listed: never the key itself.
public struct KeyRecord: Sendable, Equatable {
  public let id: String
  public let principal: Principal
  /// What its maker wrote about it.
  public let label: String
  /// Microseconds since 1970, UTC.
  public let created: Int64
  /// Microseconds since 1970, UTC; nil while the key is valid.
  public let revoked: Int64?
}

/// A key that was just made.
public struct NewKey: Sendable {
  public let id: String
  /// The key: shown this once, and stored nowhere.
  public let secret: String
}

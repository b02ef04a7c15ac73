/// An SQL statement with `$1`, `$2` … for its parameters, prepared once on each connection that runs it.
///
/// Make it once (`static let`): the number of prepared statements of a connection is limited, and the least recently
/// used one gives way.
public struct PostgresStatement: Sendable, Hashable {
  public let sql: String
  /// FNV-1a over the text: names the statement on the server and finds it quickly here.
  let digest: UInt64
  /// Whether an answer that gets lost leaves open what became of a transaction.
  let isCommit: Bool

  public init(_ sql: String) {
    self.sql = sql
    digest = sql.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    isCommit = Self.firstWord(of: sql) == "COMMIT" || Self.firstWord(of: sql) == "END"
  }

  public static let begin = PostgresStatement("BEGIN")
  public static let commit = PostgresStatement("COMMIT")
  public static let rollback = PostgresStatement("ROLLBACK")

  public static func == (one: Self, other: Self) -> Bool { one.digest == other.digest && one.sql == other.sql }
  public func hash(into hasher: inout Hasher) { hasher.combine(digest) }

  private static func firstWord(of sql: String) -> String {
    sql.drop { $0.isWhitespace }.prefix { $0.isLetter }.uppercased()
  }
}

extension PostgresStatement: ExpressibleByStringLiteral {
  public init(stringLiteral sql: String) { self.init(sql) }
}

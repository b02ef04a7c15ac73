internal import Crypto

/// One step of the database's schema: the SQL that makes it, and the SQL that takes it back.
///
/// It runs in a transaction of its own, unless its first line is `-- migrate: no transaction`; then the file holds a
/// single statement, one that cannot run in a transaction.
public struct Migration: Sendable {
  public let version: Int
  public let name: String
  public let up: String
  public let down: String?
  /// SHA-256 of the `up` file, in hexadecimal.
  public let checksum: String

  public init(_ version: Int, _ name: String, up: [UInt8], down: [UInt8]?) {
    self.version = version
    self.name = name
    self.up = String(decoding: up, as: UTF8.self)
    self.down = down.map { String(decoding: $0, as: UTF8.self) }
    checksum = Hex.encode(SHA256.digest(up))
  }

  /// As its files are called: `0001_name`.
  public var label: String { Self.label(version, name) }

  static func label(_ version: Int, _ name: String) -> String {
    let digits = String(version)
    return "\(String(repeating: "0", count: max(4 - digits.count, 0)))\(digits)_\(name)"
  }

  static func isTransactional(_ sql: String) -> Bool { !sql.hasPrefix("-- migrate: no transaction") }
}

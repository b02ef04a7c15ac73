/// A value for `$1`, `$2` … of a statement, in PostgreSQL's binary form.
///
/// A nil value is a NULL that keeps its type, so that a statement is prepared once whether or not a value is there.
public struct PostgresParameter: Sendable {
  enum Storage: Sendable {
    case null
    /// The lowest `count` bytes, sent in big-endian order.
    case integer(UInt64, count: Int)
    case string(String)
    case bytes([UInt8])
    /// The type's text form, which the server parses.
    case literal(String)
  }

  let type: PostgresType
  let storage: Storage

  init(_ type: PostgresType, _ storage: Storage?) {
    self.type = type
    self.storage = storage ?? .null
  }

  /// NULL of whatever type the statement calls for.
  public static let null = PostgresParameter(.unspecified, .null)

  /// A value in its text form, of whatever type the statement calls for (`numeric`, `interval`, an enumeration …).
  public static func literal(_ value: String?) -> Self { Self(.unspecified, value.map { .literal($0) }) }

  public static func bool(_ value: Bool?) -> Self { Self(.bool, value.map { .integer($0 ? 1 : 0, count: 1) }) }
  public static func int2(_ value: Int16?) -> Self { Self(.int2, value.map { integer($0) }) }
  public static func int4(_ value: Int32?) -> Self { Self(.int4, value.map { integer($0) }) }
  public static func int8(_ value: Int64?) -> Self { Self(.int8, value.map { integer($0) }) }
  public static func float8(_ value: Double?) -> Self { Self(.float8, value.map { integer($0.bitPattern) }) }
  /// Text. U+0000, which PostgreSQL's `text` cannot hold, goes as U+FFFD.
  public static func text(_ value: String?) -> Self { Self(.text, value.map { .string($0.storable) }) }
  /// Text that is UTF-8 bytes already.
  public static func text(bytes value: [UInt8]?) -> Self { Self(.text, value.map { .bytes($0) }) }
  public static func bytea(_ value: [UInt8]?) -> Self { Self(.bytea, value.map { .bytes($0) }) }
  /// The JSON text's bytes, in UTF-8.
  public static func jsonb(_ value: [UInt8]?) -> Self { Self(.jsonb, value.map { .bytes([1] + $0) }) }
  public static func jsonb(_ value: String) -> Self { Self(.jsonb, .bytes([1] + value.utf8)) }
  /// Microseconds since 1970-01-01 00:00 UTC.
  public static func timestamptz(_ value: Int64?) -> Self {
    Self(.timestamptz, value.map { integer(PostgresEpoch.fromUnix(microseconds: $0)) })
  }
  /// Days since 1970-01-01.
  public static func date(_ value: Int32?) -> Self {
    Self(.date, value.map { integer(PostgresEpoch.fromUnix(days: $0)) })
  }
  /// The first and the last eight bytes, big-endian.
  public static func uuid(_ value: (high: UInt64, low: UInt64)?) -> Self {
    Self(.uuid, value.map { .bytes(bigEndian($0.high) + bigEndian($0.low)) })
  }

  private static func integer(_ value: some FixedWidthInteger) -> Storage {
    .integer(UInt64(truncatingIfNeeded: value), count: value.bitWidth / 8)
  }

  private static func bigEndian(_ value: UInt64) -> [UInt8] { withUnsafeBytes(of: value.bigEndian) { Array($0) } }

  var isNull: Bool { if case .null = storage { true } else { false } }

  var isBinary: Bool { if case .literal = storage { false } else { true } }

  /// Appends the value's bytes. A literal ends with a zero, as libpq expects of text.
  func append(to buffer: inout [UInt8]) {
    switch storage {
    case .null: break
    case .integer(let value, let count):
      withUnsafeBytes(of: value.bigEndian) { buffer.append(contentsOf: $0.suffix(count)) }
    case .string(let value): buffer.append(contentsOf: value.utf8)
    case .bytes(let value): buffer.append(contentsOf: value)
    case .literal(let value):
      buffer.append(contentsOf: value.utf8)
      buffer.append(0)
    }
  }
}

extension String {
  /// As PostgreSQL can hold it: what comes from outside may contain U+0000, which would fail the whole statement.
  var storable: String {
    utf8.contains(0) ? String(String.UnicodeScalarView(unicodeScalars.map { $0 == "\0" ? "\u{FFFD}" : $0 })) : self
  }
}

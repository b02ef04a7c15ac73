/// The server's number of a data type (`pg_type.oid`), fixed for the built-in ones.
struct PostgresType: RawRepresentable, Hashable, Sendable {
  let rawValue: UInt32

  static let unspecified = PostgresType(rawValue: 0)
  static let bool = PostgresType(rawValue: 16)
  static let bytea = PostgresType(rawValue: 17)
  static let char = PostgresType(rawValue: 18)
  static let name = PostgresType(rawValue: 19)
  static let int8 = PostgresType(rawValue: 20)
  static let int2 = PostgresType(rawValue: 21)
  static let int4 = PostgresType(rawValue: 23)
  static let text = PostgresType(rawValue: 25)
  static let oid = PostgresType(rawValue: 26)
  static let json = PostgresType(rawValue: 114)
  static let float4 = PostgresType(rawValue: 700)
  static let float8 = PostgresType(rawValue: 701)
  static let unknown = PostgresType(rawValue: 705)
  static let bpchar = PostgresType(rawValue: 1042)
  static let varchar = PostgresType(rawValue: 1043)
  static let date = PostgresType(rawValue: 1082)
  static let timestamp = PostgresType(rawValue: 1114)
  static let timestamptz = PostgresType(rawValue: 1184)
  static let uuid = PostgresType(rawValue: 2950)
  static let jsonb = PostgresType(rawValue: 3802)

  /// The type of arrays of this type, for those that can be sent.
  var array: PostgresType {
    switch self {
    case .bool: PostgresType(rawValue: 1000)
    case .bytea: PostgresType(rawValue: 1001)
    case .int2: PostgresType(rawValue: 1005)
    case .int4: PostgresType(rawValue: 1007)
    case .text: PostgresType(rawValue: 1009)
    case .int8: PostgresType(rawValue: 1016)
    case .float8: PostgresType(rawValue: 1022)
    case .date: PostgresType(rawValue: 1182)
    case .timestamptz: PostgresType(rawValue: 1185)
    case .uuid: PostgresType(rawValue: 2951)
    case .jsonb: PostgresType(rawValue: 3807)
    default: .unspecified
    }
  }

  /// Whether the binary form is the text's bytes. Types made in the database are taken for enumerations.
  var isTextual: Bool {
    switch self {
    case .text, .varchar, .bpchar, .name, .json, .unknown, .char: true
    default: rawValue >= 16_384
    }
  }
}

/// PostgreSQL counts time from 2000-01-01, this client from 1970-01-01.
enum PostgresEpoch {
  static let days: Int32 = 10_957
  static let microseconds: Int64 = 946_684_800_000_000

  /// What does not fit becomes the server's minus infinity or infinity.
  static func fromUnix(microseconds value: Int64) -> Int64 {
    let (result, overflow) = value.subtractingReportingOverflow(microseconds)
    return overflow ? .min : result
  }

  static func toUnix(microseconds value: Int64) -> Int64 {
    // The two infinities stay what they are.
    if value == .min || value == .max { return value }
    let (result, overflow) = value.addingReportingOverflow(microseconds)
    return overflow ? .max : result
  }

  static func fromUnix(days value: Int32) -> Int32 {
    let (result, overflow) = value.subtractingReportingOverflow(days)
    return overflow ? .min : result
  }

  static func toUnix(days value: Int32) -> Int32 {
    if value == .min || value == .max { return value }
    let (result, overflow) = value.addingReportingOverflow(days)
    return overflow ? .max : result
  }
}

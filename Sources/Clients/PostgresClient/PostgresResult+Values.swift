extension PostgresResult {
  /// Calls `body` with a value's bytes in place, nil for NULL: the binary form, without the version number of `jsonb`.
  public func withBytes<R>(
    _ row: Int, _ column: Int, _ body: (UnsafeRawBufferPointer?) throws -> R
  ) throws -> R {
    // The result owns the bytes.
    defer { withExtendedLifetime(self) {} }
    return try body(content(row, column))
  }

  public func isNull(_ row: Int, _ column: Int) throws(PostgresError) -> Bool { try cell(row, column) == nil }

  // MARK: Values that must be there

  public func bool(_ row: Int, _ column: Int) throws(PostgresError) -> Bool {
    try required(optionalBool(row, column), row, column)
  }
  /// Of an `int2`, `int4`, `int8` or `oid` column.
  public func int8(_ row: Int, _ column: Int) throws(PostgresError) -> Int64 {
    try required(optionalInt8(row, column), row, column)
  }
  /// Of a `float4` or `float8` column.
  public func float8(_ row: Int, _ column: Int) throws(PostgresError) -> Double {
    try required(optionalFloat8(row, column), row, column)
  }
  /// Of a textual type, an enumeration, `json` or `jsonb`; of any type in a result of `simple`.
  public func text(_ row: Int, _ column: Int) throws(PostgresError) -> String {
    try required(optionalText(row, column), row, column)
  }
  /// A copy of the value's bytes, as in `withBytes`.
  public func bytes(_ row: Int, _ column: Int) throws(PostgresError) -> [UInt8] {
    try required(optionalBytes(row, column), row, column)
  }
  /// Microseconds since 1970-01-01 00:00 UTC; `Int64.min` and `.max` are the two infinities.
  public func timestamptz(_ row: Int, _ column: Int) throws(PostgresError) -> Int64 {
    try required(optionalTimestamptz(row, column), row, column)
  }
  /// Days since 1970-01-01; `Int32.min` and `.max` are the two infinities.
  public func date(_ row: Int, _ column: Int) throws(PostgresError) -> Int32 {
    try required(optionalDate(row, column), row, column)
  }
  public func uuid(_ row: Int, _ column: Int) throws(PostgresError) -> (high: UInt64, low: UInt64) {
    try required(optionalUUID(row, column), row, column)
  }

  // MARK: Values that may be NULL

  public func optionalBool(_ row: Int, _ column: Int) throws(PostgresError) -> Bool? {
    try value(row, column, "bool", .bool, size: 1) { $0[0] != 0 }
  }

  public func optionalInt8(_ row: Int, _ column: Int) throws(PostgresError) -> Int64? {
    switch try self.column(column).type {
    case .int2: try value(row, column, "int2", .int2, size: 2) { Int64($0.bigEndian(Int16.self)) }
    case .int4: try value(row, column, "int4", .int4, size: 4) { Int64($0.bigEndian(Int32.self)) }
    case .oid: try value(row, column, "oid", .oid, size: 4) { Int64($0.bigEndian(UInt32.self)) }
    default: try value(row, column, "int8", .int8, size: 8) { $0.bigEndian(Int64.self) }
    }
  }

  public func optionalFloat8(_ row: Int, _ column: Int) throws(PostgresError) -> Double? {
    if try self.column(column).type == .float4 {
      return try value(row, column, "float4", .float4, size: 4) {
        Double(Float(bitPattern: $0.bigEndian(UInt32.self)))
      }
    }
    return try value(row, column, "float8", .float8, size: 8) { Double(bitPattern: $0.bigEndian(UInt64.self)) }
  }

  public func optionalText(_ row: Int, _ column: Int) throws(PostgresError) -> String? {
    let (type, isBinary) = try (self.column(column).type, self.column(column).isBinary)
    guard !isBinary || type.isTextual || type == .jsonb else { throw mismatch(column, "text") }
    defer { withExtendedLifetime(self) {} }
    return try content(row, column).map { String(decoding: $0, as: UTF8.self) }
  }

  public func optionalBytes(_ row: Int, _ column: Int) throws(PostgresError) -> [UInt8]? {
    defer { withExtendedLifetime(self) {} }
    return try content(row, column).map { Array($0) }
  }

  public func optionalTimestamptz(_ row: Int, _ column: Int) throws(PostgresError) -> Int64? {
    let type: PostgresType = try self.column(column).type == .timestamp ? .timestamp : .timestamptz
    return try value(row, column, "timestamptz", type, size: 8) {
      PostgresEpoch.toUnix(microseconds: $0.bigEndian(Int64.self))
    }
  }

  public func optionalDate(_ row: Int, _ column: Int) throws(PostgresError) -> Int32? {
    try value(row, column, "date", .date, size: 4) { PostgresEpoch.toUnix(days: $0.bigEndian(Int32.self)) }
  }

  public func optionalUUID(_ row: Int, _ column: Int) throws(PostgresError) -> (high: UInt64, low: UInt64)? {
    try value(row, column, "uuid", .uuid, size: 16) {
      ($0.bigEndian(UInt64.self), $0.bigEndian(UInt64.self, at: 8))
    }
  }

  // MARK: Reading

  private func required<Value>(_ value: Value?, _ row: Int, _ column: Int) throws(PostgresError) -> Value {
    guard let value else {
      throw PostgresError(.unexpectedValue, "NULL in row \(row), column \(column) (\(columnName(column) ?? "?"))")
    }
    return value
  }

  func mismatch(_ column: Int, _ wanted: String) -> PostgresError {
    let found = (try? self.column(column).type.rawValue) ?? 0
    return PostgresError(
      .unexpectedValue, "column \(column) (\(columnName(column) ?? "?")) has the type \(found), not \(wanted)")
  }

  /// A value of a type with a fixed size.
  private func value<Value>(
    _ row: Int, _ column: Int, _ name: StaticString, _ type: PostgresType, size: Int,
    _ read: (UnsafeRawBufferPointer) -> Value
  ) throws(PostgresError) -> Value? {
    let description = try self.column(column)
    guard description.isBinary, description.type == type else { throw mismatch(column, "\(name)") }
    guard let bytes = try cell(row, column) else { return nil }
    guard bytes.count == size else { throw mismatch(column, "\(name)") }
    defer { withExtendedLifetime(self) {} }
    return read(bytes)
  }

  private func content(_ row: Int, _ column: Int) throws(PostgresError) -> UnsafeRawBufferPointer? {
    guard let bytes = try cell(row, column) else { return nil }
    let description = try self.column(column)
    guard description.isBinary, description.type == .jsonb else { return bytes }
    return UnsafeRawBufferPointer(rebasing: bytes.dropFirst())
  }
}

extension UnsafeRawBufferPointer {
  func bigEndian<Value: FixedWidthInteger & BitwiseCopyable>(_ type: Value.Type, at offset: Int = 0) -> Value {
    Value(bigEndian: loadUnaligned(fromByteOffset: offset, as: type))
  }
}

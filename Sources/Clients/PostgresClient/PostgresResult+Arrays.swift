/// Array columns of one dimension.
extension PostgresResult {
  /// Of an `int8[]` column; a NULL element is an error.
  public func int8Array(_ row: Int, _ column: Int) throws(PostgresError) -> [Int64] {
    try withoutNulls(nullableInt8Array(row, column), column)
  }

  /// Of a `text[]` column; a NULL element is an error.
  public func textArray(_ row: Int, _ column: Int) throws(PostgresError) -> [String] {
    try withoutNulls(nullableTextArray(row, column), column)
  }

  /// Of an `int8[]` column.
  public func nullableInt8Array(_ row: Int, _ column: Int) throws(PostgresError) -> [Int64?] {
    try elements(row, column, .int8, "int8[]") { $0.count == 8 ? $0.bigEndian(Int64.self) : nil }
  }

  /// Of a `text[]` column.
  public func nullableTextArray(_ row: Int, _ column: Int) throws(PostgresError) -> [String?] {
    try elements(row, column, .text, "text[]") { String(decoding: $0, as: UTF8.self) }
  }

  private func withoutNulls<Element>(_ elements: [Element?], _ column: Int) throws(PostgresError) -> [Element] {
    let found = elements.compactMap { $0 }
    guard found.count == elements.count else {
      throw PostgresError(.unexpectedValue, "an element of column \(column) is NULL")
    }
    return found
  }

  /// The reverse of what `PostgresArray` writes.
  private func elements<Element>(
    _ row: Int, _ column: Int, _ type: PostgresType, _ name: String, _ read: (UnsafeRawBufferPointer) -> Element?
  ) throws(PostgresError) -> [Element?] {
    let description = try self.column(column)
    guard description.isBinary, description.type == type.array else { throw mismatch(column, name) }
    guard let bytes = try cell(row, column) else {
      throw PostgresError(.unexpectedValue, "NULL in row \(row), column \(column)")
    }
    defer { withExtendedLifetime(self) {} }
    guard bytes.count >= 12 else { throw mismatch(column, name) }
    let dimensions = bytes.bigEndian(Int32.self)
    guard dimensions != 0 else { return [] }
    guard dimensions == 1, bytes.count >= 20 else { throw mismatch(column, "one-dimensional \(name)") }
    var elements: [Element?] = []
    var offset = 20
    for _ in 0..<max(bytes.bigEndian(Int32.self, at: 12), 0) {
      guard offset + 4 <= bytes.count else { throw mismatch(column, name) }
      let length = Int(bytes.bigEndian(Int32.self, at: offset))
      offset += 4
      guard length >= 0 else {
        elements.append(nil)
        continue
      }
      guard offset + length <= bytes.count else { throw mismatch(column, name) }
      elements.append(read(UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + length])))
      offset += length
    }
    return elements
  }
}

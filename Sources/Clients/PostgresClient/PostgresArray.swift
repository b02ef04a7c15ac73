/// A one-dimensional array in PostgreSQL's binary form, built element by element in one buffer.
///
/// The form (`array_recv` in the server's source): number of dimensions, whether there are NULLs, element type, then
/// length and lower bound, then per element its length (-1 for NULL) and bytes; all numbers big-endian.
public struct PostgresArray: Sendable {
  let element: PostgresType
  private(set) var bytes: [UInt8]
  /// How many elements it holds.
  public private(set) var count = 0
  private var hasNull = false

  private static let headerSize = 20

  /// - Parameter capacity: bytes to set aside.
  init(of element: PostgresType, capacity: Int = 0) {
    self.element = element
    bytes = []
    bytes.reserveCapacity(Self.headerSize + capacity)
    bytes.append(contentsOf: repeatElement(0, count: Self.headerSize))
  }

  /// An empty `text[]`, for elements that are UTF-8 bytes already.
  public static func text(capacity: Int = 0) -> PostgresArray { PostgresArray(of: .text, capacity: capacity) }
  /// An empty `bytea[]`.
  public static func bytea(capacity: Int = 0) -> PostgresArray { PostgresArray(of: .bytea, capacity: capacity) }

  public mutating func appendNull() {
    append(integer: Int32(-1))
    hasNull = true
    count += 1
  }

  /// Adds an element that is given by its bytes.
  public mutating func append(bytes value: some Collection<UInt8>) {
    append(integer: Int32(truncatingIfNeeded: value.count))
    bytes.append(contentsOf: value)
    count += 1
  }

  /// Adds an element that is given by its bytes.
  public mutating func append(bytes value: UnsafeRawBufferPointer) {
    append(integer: Int32(truncatingIfNeeded: value.count))
    bytes.append(contentsOf: value)
    count += 1
  }

  /// Adds a text. U+0000, which PostgreSQL's `text` cannot hold, goes as U+FFFD.
  public mutating func append(_ value: String) { append(bytes: value.storable.utf8) }

  /// Adds an element of a fixed size.
  mutating func append(element value: some FixedWidthInteger) {
    append(integer: Int32(value.bitWidth / 8))
    append(integer: value)
    count += 1
  }

  /// JSON in binary is a version number, then the text.
  mutating func append(jsonb value: some Collection<UInt8>) {
    append(integer: Int32(truncatingIfNeeded: value.count + 1))
    bytes.append(1)
    bytes.append(contentsOf: value)
    count += 1
  }

  /// The finished bytes.
  consuming func finish() -> [UInt8] {
    put(Int32(count == 0 ? 0 : 1), at: 0)
    put(Int32(hasNull ? 1 : 0), at: 4)
    put(element.rawValue, at: 8)
    // An array without elements has no dimensions, so its header ends here.
    guard count > 0 else { return Array(bytes.prefix(12)) }
    put(Int32(truncatingIfNeeded: count), at: 12)
    put(Int32(1), at: 16)
    return bytes
  }

  private mutating func append(integer value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
  }

  private mutating func put(_ value: some FixedWidthInteger, at offset: Int) {
    bytes.withUnsafeMutableBytes { $0.storeBytes(of: value.bigEndian, toByteOffset: offset, as: type(of: value)) }
  }
}

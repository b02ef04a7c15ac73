/// A request's header fields, in the order of the wire: one block of bytes, so that a request costs two allocations
/// however many fields it has.
public struct HTTPHeaders: Sendable {
  private struct Field {
    let start: Int32
    let nameCount: Int32
    let valueCount: Int32
  }

  private var bytes: [UInt8] = []
  private var fields: [Field] = []

  public init() {}

  /// Adds a field as it stands, without any check.
  mutating func append(name: UnsafeBufferPointer<UInt8>, value: UnsafeBufferPointer<UInt8>) {
    if fields.isEmpty {
      bytes.reserveCapacity(256)
      fields.reserveCapacity(8)
    }
    fields.append(
      Field(start: Int32(bytes.count), nameCount: Int32(name.count), valueCount: Int32(value.count)))
    bytes.append(contentsOf: name)
    bytes.append(contentsOf: value)
  }

  /// For tests and tools: fields from strings, in order.
  public init(_ pairs: [(name: String, value: String)]) {
    for pair in pairs {
      Array(pair.name.utf8).withUnsafeBufferPointer { name in
        Array(pair.value.utf8).withUnsafeBufferPointer { value in append(name: name, value: value) }
      }
    }
  }

  public var count: Int { fields.count }

  /// The first field of that name; names are compared without regard to case.
  public subscript(name: String) -> String? {
    var name = name
    return name.withUTF8 { wanted in first(wanted).map(value) }
  }

  /// Every field of that name, in order.
  public func all(_ name: String) -> [String] {
    var name = name
    return name.withUTF8 { wanted in fields.filter { matches($0, wanted) }.map(value) }
  }

  /// Every field, in order, names as the client wrote them.
  public var pairs: [(name: String, value: String)] {
    fields.map { (name: String(decoding: nameBytes($0), as: UTF8.self), value: value($0)) }
  }

  /// Calls `body` with the bytes of each field's name and value.
  func forEachField(_ body: (ArraySlice<UInt8>, ArraySlice<UInt8>) -> Void) {
    for field in fields { body(nameBytes(field), valueBytes(field)) }
  }

  private func first(_ wanted: UnsafeBufferPointer<UInt8>) -> Field? { fields.first { matches($0, wanted) } }

  private func nameBytes(_ field: Field) -> ArraySlice<UInt8> {
    bytes[Int(field.start)..<Int(field.start + field.nameCount)]
  }

  private func valueBytes(_ field: Field) -> ArraySlice<UInt8> {
    let start = Int(field.start + field.nameCount)
    return bytes[start..<start + Int(field.valueCount)]
  }

  private func value(_ field: Field) -> String { String(decoding: valueBytes(field), as: UTF8.self) }

  private func matches(_ field: Field, _ wanted: UnsafeBufferPointer<UInt8>) -> Bool {
    guard Int(field.nameCount) == wanted.count else { return false }
    let start = Int(field.start)
    for index in 0..<wanted.count where lowercased(bytes[start + index]) != lowercased(wanted[index]) { return false }
    return true
  }
}

/// The lower case of an ASCII letter; every other byte as it is.
@inline(__always)
func lowercased(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }

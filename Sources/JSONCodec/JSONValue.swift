/// A place in a document: cheap to copy, keeps the document alive.
public struct JSONValue: Sendable {
  @usableFromInline let tape: JSONTape
  @usableFromInline let index: Int

  init(tape: JSONTape, index: Int) {
    self.tape = tape
    self.index = index
  }

  @usableFromInline var node: JSONNode { tape.nodes[index] }

  public var kind: JSONKind { node.kind }
  public var isNull: Bool { kind == .null }

  /// Where the value starts, in bytes from the document's start.
  public var offset: Int { Int(node.start) }

  public var bool: Bool? {
    let node = node
    return node.kind == .bool ? node.flag : nil
  }

  /// A string's text, without escapes.
  public var string: String? { kind == .string ? tape.string(index) : nil }

  /// A number that is exactly an integer and fits: `1e3` and `1.0` are, `1.5` is not.
  public var int64: Int64? {
    guard kind == .number else { return nil }
    return withText { JSONDecimal($0).int64 }
  }

  /// The nearest binary number; nil beyond its range.
  public var double: Double? {
    guard let text = numberText, let value = Double(text), value.isFinite else { return nil }
    return value
  }

  /// A number's text, as submitted.
  public var numberText: String? {
    guard kind == .number else { return nil }
    return withText { String(decoding: $0, as: UTF8.self) }
  }

  /// The value's own text, as submitted.
  public var rawBytes: ArraySlice<UInt8> { tape.bytes[node.range] }

  /// Hands out the value's own text, as submitted.
  @inlinable
  public func withRawBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    let node = node
    return try tape.bytes.withUnsafeBytes {
      try body(UnsafeRawBufferPointer(rebasing: $0[Int(node.start)..<Int(node.end)]))
    }
  }

  /// Hands out a string's text without escapes; nil for other kinds. Nothing is copied unless there are escapes.
  @inlinable
  public func withUnescapedUTF8<R>(_ body: (UnsafeBufferPointer<UInt8>) throws -> R) rethrows -> R? {
    guard isStringValue else { return nil }
    return try tape.withUnescaped(index, body)
  }

  /// Whether this is a string with exactly this text, code unit by code unit.
  public func isString(_ text: String) -> Bool {
    guard isStringValue else { return false }
    var text = text
    return text.withUTF8 { tape.isString(index, equalTo: $0) }
  }

  public func isString(_ text: StaticString) -> Bool {
    guard isStringValue else { return false }
    return text.withUTF8Buffer { tape.isString(index, equalTo: $0) }
  }

  /// The number of an array's elements or an object's members; 0 for other kinds.
  public var count: Int { node.count }

  @usableFromInline var isStringValue: Bool { kind == .string }

  @inline(__always)
  func withText<R>(_ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
    let range = node.range
    return tape.bytes.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[range])) }
  }
}

/// Appends JSON text, with the fewest escapes and no space; commas and colons are its own business. It writes one
/// value: that names and values take turns, and that what begins ends, is up to the caller.
public struct JSONWriter: Sendable {
  @usableFromInline var buffer: [UInt8] = []
  @usableFromInline var needsComma = false

  public init(capacity: Int = 256) { buffer.reserveCapacity(capacity) }

  /// What was written so far.
  public var bytes: [UInt8] { buffer }

  /// What was written since the last call; the value goes on, so that a long one can leave in pieces.
  public mutating func takeBytes() -> [UInt8] {
    defer { buffer = [] }
    return buffer
  }

  /// Starts over, in the same memory when nobody else holds it.
  public mutating func removeAll() {
    buffer.removeAll(keepingCapacity: true)
    needsComma = false
  }

  public mutating func beginObject() { begin(UInt8(ascii: "{")) }
  public mutating func endObject() { end(UInt8(ascii: "}")) }
  public mutating func beginArray() { begin(UInt8(ascii: "[")) }
  public mutating func endArray() { end(UInt8(ascii: "]")) }

  public mutating func name(_ name: String) {
    separate()
    var name = name
    name.withUTF8 { JSONText.appendQuoted($0, to: &buffer) }
    colon()
  }

  public mutating func name(_ name: StaticString) {
    separate()
    name.withUTF8Buffer { JSONText.appendQuoted($0, to: &buffer) }
    colon()
  }

  /// A name that is already JSON text, with its quotes.
  @inlinable
  public mutating func name(raw name: some Collection<UInt8>) {
    separate()
    buffer.append(contentsOf: name)
    colon()
  }

  public mutating func string(_ text: String) {
    separate()
    var text = text
    text.withUTF8 { JSONText.appendQuoted($0, to: &buffer) }
    needsComma = true
  }

  /// A string of bytes; what is not well-formed UTF-8 in them becomes U+FFFD.
  public mutating func string(utf8 text: UnsafeBufferPointer<UInt8>) {
    guard JSONText.isUTF8(text) else { return string(String(decoding: text, as: UTF8.self)) }
    separate()
    JSONText.appendQuoted(text, to: &buffer)
    needsComma = true
  }

  public mutating func string(utf8 text: some Collection<UInt8>) {
    if text.withContiguousStorageIfAvailable({ string(utf8: $0) }) == nil { string(utf8: Array(text)[...]) }
  }

  public mutating func int(_ value: Int64) {
    separate()
    if value < 0 { buffer.append(UInt8(ascii: "-")) }
    digits(value.magnitude)
  }

  public mutating func uint(_ value: UInt64) {
    separate()
    digits(value)
  }

  public mutating func bool(_ value: Bool) {
    separate()
    buffer.append(contentsOf: value ? "true".utf8 : "false".utf8)
    needsComma = true
  }

  public mutating func null() {
    separate()
    buffer.append(contentsOf: "null".utf8)
    needsComma = true
  }

  /// A number that is already JSON text.
  public mutating func number(raw text: String) { raw(text.utf8) }

  @inlinable
  public mutating func number(raw text: some Collection<UInt8>) { raw(text) }

  /// A value that is already JSON text.
  @inlinable
  public mutating func raw(_ text: some Collection<UInt8>) {
    separate()
    buffer.append(contentsOf: text)
    needsComma = true
  }

  /// Copies a value's text, as submitted.
  public mutating func value(_ value: JSONValue) {
    separate()
    value.withText { buffer.append(contentsOf: $0) }
    needsComma = true
  }

  @inlinable
  @inline(__always)
  mutating func separate() {
    if needsComma { buffer.append(0x2C) }
  }

  @inlinable
  @inline(__always)
  mutating func colon() {
    buffer.append(0x3A)
    needsComma = false
  }

  private mutating func begin(_ bracket: UInt8) {
    separate()
    buffer.append(bracket)
    needsComma = false
  }

  private mutating func end(_ bracket: UInt8) {
    buffer.append(bracket)
    needsComma = true
  }

  private mutating func digits(_ value: UInt64) {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
      var first = 20
      var rest = value
      repeat {
        first -= 1
        digits.initializeElement(at: first, to: 0x30 + UInt8(truncatingIfNeeded: rest % 10))
        rest /= 10
      } while rest > 0
      buffer.append(contentsOf: UnsafeBufferPointer(rebasing: digits[first...]))
    }
    needsComma = true
  }
}

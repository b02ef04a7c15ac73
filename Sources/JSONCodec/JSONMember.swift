/// A member of an object.
public struct JSONMember: Sendable {
  @usableFromInline let tape: JSONTape
  /// The name's node; the value's follows it.
  @usableFromInline let index: Int

  init(tape: JSONTape, index: Int) {
    self.tape = tape
    self.index = index
  }

  /// The name, without escapes.
  public var name: String { tape.string(index) }

  public var value: JSONValue { JSONValue(tape: tape, index: index + 1) }

  /// Where the name starts, in bytes from the document's start.
  public var nameOffset: Int { Int(tape.nodes[index].start) }

  /// Compares the name, code unit by code unit, without making a string of it.
  public func nameEquals(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { tape.isString(index, equalTo: $0) }
  }

  public func nameEquals(_ text: StaticString) -> Bool {
    text.withUTF8Buffer { tape.isString(index, equalTo: $0) }
  }

  /// Hands out the name, without escapes.
  @inlinable
  public func withNameUTF8<R>(_ body: (UnsafeBufferPointer<UInt8>) throws -> R) rethrows -> R {
    try tape.withUnescaped(index, body)
  }
}

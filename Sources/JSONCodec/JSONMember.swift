/// A member of an object.
public struct JSONMember: Sendable {
  let tape: JSONTape
  /// The name's node; the value's follows it.
  let index: Int

  init(tape: JSONTape, index: Int) {
    self.tape = tape
    self.index = index
  }

  /// The name, without escapes.
  public var name: String { tape.string(index) }

  public var value: JSONValue { JSONValue(tape: tape, index: index + 1) }

  /// Compares the name, code unit by code unit, without making a string of it.
  public func nameEquals(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { tape.isString(index, equalTo: $0) }
  }

  public func nameEquals(_ text: StaticString) -> Bool {
    text.withUTF8Buffer { tape.isString(index, equalTo: $0) }
  }
}

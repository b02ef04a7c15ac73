/// The elements of an array, in order.
public struct JSONElements: Sequence, IteratorProtocol, Sendable {
  let tape: JSONTape
  var position: Int
  let end: Int

  public mutating func next() -> JSONValue? {
    guard position < end else { return nil }
    let value = JSONValue(tape: tape, index: position)
    position = Int(tape.nodes[position].next)
    return value
  }
}

/// The members of an object, in the order of the text.
public struct JSONMembers: Sequence, IteratorProtocol, Sendable {
  let tape: JSONTape
  var position: Int
  let end: Int

  public mutating func next() -> JSONMember? {
    guard position < end else { return nil }
    let member = JSONMember(tape: tape, index: position)
    position = Int(tape.nodes[position + 1].next)
    return member
  }
}

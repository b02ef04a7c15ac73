extension JSONParser {
  /// Small objects compare every pair of names; larger ones take a hash set, so that work stays linear.
  mutating func refuseDuplicateNames(of object: Int) throws(JSONError) {
    let count = nodes[object].count
    guard count > 1 else { return }
    guard count <= 16 else { return try refuseDuplicatesByHash(of: object) }
    let end = nodes.count
    var name = object &+ 1
    while name < end {
      let node = nodes[name]
      let following = Int(nodes[name &+ 1].next)
      var other = following
      while other < end {
        if haveEqualText(node, nodes[other]) { throw duplicate(other) }
        other = Int(nodes[other &+ 1].next)
      }
      name = following
    }
  }

  private func refuseDuplicatesByHash(of object: Int) throws(JSONError) {
    var seen = Set<[UInt8]>(minimumCapacity: nodes[object].count)
    var name = object + 1
    while name < nodes.count {
      guard seen.insert(text(nodes[name])).inserted else { throw duplicate(name) }
      name = Int(nodes[name + 1].next)
    }
  }

  @inline(__always)
  private func haveEqualText(_ one: JSONNode, _ other: JSONNode) -> Bool {
    if one.flag || other.flag { return text(one) == text(other) }
    return JSONText.equal(
      UnsafeBufferPointer(rebasing: bytes[one.contents]), UnsafeBufferPointer(rebasing: bytes[other.contents]))
  }

  private func text(_ node: JSONNode) -> [UInt8] {
    let contents = UnsafeBufferPointer(rebasing: bytes[node.contents])
    return node.flag ? JSONText.withUnescaped(contents) { Array($0) } : Array(contents)
  }

  private func duplicate(_ name: Int) -> JSONError {
    let text = String(decoding: text(nodes[name]).prefix(100), as: UTF8.self)
    return failure("duplicate key \"\(text)\"", at: Int(nodes[name].start))
  }
}

extension JSONTape {
  func appendCanonicalString(_ index: Int, to output: inout [UInt8]) {
    let node = nodes[index]
    if node.flag {
      withUnescaped(index) { JSONText.appendQuoted($0, to: &output) }
    } else {
      // Without a backslash there is nothing in it that could be spelled otherwise.
      bytes.withUnsafeBufferPointer { output.append(contentsOf: UnsafeBufferPointer(rebasing: $0[node.range])) }
    }
  }

  /// Hands out the nodes of an object's names, sorted bytewise.
  func withSortedNames(of object: Int, _ body: (UnsafeMutableBufferPointer<Int>) -> Void) {
    withUnsafeTemporaryAllocation(of: Int.self, capacity: nodes[object].count) { names in
      var name = object + 1
      var isSorted = true
      for place in names.indices {
        names.initializeElement(at: place, to: name)
        if place > 0, isSorted { isSorted = nameIsBefore(names[place - 1], name) }
        name = Int(nodes[name + 1].next)
      }
      var sorted = names
      if !isSorted { sorted.sort(by: nameIsBefore) }
      body(sorted)
    }
  }

  private func nameIsBefore(_ one: Int, _ other: Int) -> Bool {
    let (oneNode, otherNode) = (nodes[one], nodes[other])
    guard oneNode.flag || otherNode.flag else {
      return bytes.withUnsafeBufferPointer { bytes in
        JSONText.isBefore(
          UnsafeBufferPointer(rebasing: bytes[oneNode.contents]),
          UnsafeBufferPointer(rebasing: bytes[otherNode.contents]))
      }
    }
    return withUnescaped(one) { one in withUnescaped(other) { other in JSONText.isBefore(one, other) } }
  }
}

extension JSONTape {
  func appendCanonicalString(_ index: Int, to output: inout [UInt8]) {
    let node = nodes[index]
    if node.flag {
      withUnescaped(index) { JSONText.appendQuoted($0, to: &output) }
    } else {
      // Without a backslash there is nothing in it that could be spelled otherwise.
      output.append(contentsOf: bytes[node.range])
    }
  }

  /// The nodes of an object's names, sorted bytewise.
  func sortedNames(of object: Int) -> [Int] {
    var names: [Int] = []
    names.reserveCapacity(nodes[object].count)
    var name = object + 1
    while name < nodes[object].next {
      names.append(name)
      name = Int(nodes[name + 1].next)
    }
    names.sort(by: nameIsBefore)
    return names
  }

  private func nameIsBefore(_ one: Int, _ other: Int) -> Bool {
    withUnescaped(one) { one in
      withUnescaped(other) { other in
        for at in 0..<min(one.count, other.count) where one[at] != other[at] { return one[at] < other[at] }
        return one.count < other.count
      }
    }
  }
}

extension JSONValue {
  /// An object's member; nil when it has none of this name, and for other kinds. Looks through the members in order.
  public subscript(_ name: String) -> JSONValue? {
    guard kind == .object else { return nil }
    var name = name
    return name.withUTF8 { name in
      for member in members where tape.isString(member.index, equalTo: name) { return member.value }
      return nil
    }
  }

  /// The value that is reached by one member's name after another.
  public subscript(path names: [String]) -> JSONValue? {
    var value = self
    for name in names {
      guard let member = value[name] else { return nil }
      value = member
    }
    return value
  }

  /// An array's elements; empty for other kinds.
  public var elements: JSONElements {
    let node = node
    return JSONElements(tape: tape, position: index + 1, end: node.kind == .array ? Int(node.next) : 0)
  }

  /// An object's members, as submitted; empty for other kinds.
  public var members: JSONMembers {
    let node = node
    return JSONMembers(tape: tape, position: index + 1, end: node.kind == .object ? Int(node.next) : 0)
  }
}

extension JSONValue {
  /// Appends the value's canonical text. Equal values have equal texts: members are sorted by the bytes of their
  /// names, there is no space, strings have the fewest escapes, and numbers go by their exact decimal value, never
  /// through binary floating point (39.880 = 39.88 = 3988e-2, -0 = 0).
  public func appendCanonical(to output: inout [UInt8]) {
    let node = node
    switch node.kind {
    case .null, .bool:
      withText { output.append(contentsOf: $0) }
    case .number:
      withText { JSONDecimal($0).appendCanonical(to: &output) }
    case .string:
      tape.appendCanonicalString(index, to: &output)
    case .array:
      output.append(UInt8(ascii: "["))
      var isFirst = true
      for element in elements {
        if !isFirst { output.append(UInt8(ascii: ",")) }
        isFirst = false
        element.appendCanonical(to: &output)
      }
      output.append(UInt8(ascii: "]"))
    case .object:
      appendCanonicalMembers(to: &output)
    }
  }

  private func appendCanonicalMembers(to output: inout [UInt8]) {
    output.append(UInt8(ascii: "{"))
    tape.withSortedNames(of: index) { names in
      var isFirst = true
      for name in names {
        if !isFirst { output.append(UInt8(ascii: ",")) }
        isFirst = false
        tape.appendCanonicalString(name, to: &output)
        output.append(UInt8(ascii: ":"))
        JSONValue(tape: tape, index: name + 1).appendCanonical(to: &output)
      }
    }
    output.append(UInt8(ascii: "}"))
  }
}

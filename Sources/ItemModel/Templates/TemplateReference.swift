/// What a placeholder stands for.
indirect enum TemplateReference: Sendable {
  /// The GTIN as it was submitted.
  case gtin
  case gtin14
  case merchantID
  case version
  /// A value inside a group: `pricing.price`, or the group itself.
  case attribute(AttributeGroup, [String])
  /// A member of the entry that `each` stands at; if the entry lacks it, the item's value of the same name, if any.
  case entry([String], otherwise: TemplateReference?)
  /// A value of a look-up's answer; with `index`, the member named by that value.
  case lookup(Int, [String], index: TemplateReference?)
}

/// `{name}`, `{name?}` in a template: a reference, the text it was written as, and whether it may be absent.
struct Placeholder: Sendable {
  let reference: TemplateReference
  let text: String
  let isOptional: Bool
}

/// What names a template may use.
struct TemplateScope {
  let lookups: [String]
  var isInsideEach = false

  /// Reads the inside of `{…}`.
  func placeholder(_ written: Substring, at location: SourceLocation) throws(TemplateMistake) -> Placeholder {
    let isOptional = written.hasSuffix("?")
    let text = isOptional ? written.dropLast() : written
    return Placeholder(
      reference: try reference(text, at: location), text: String(text), isOptional: isOptional)
  }

  private func reference(_ text: Substring, at location: SourceLocation) throws(TemplateMistake) -> TemplateReference {
    var (path, index): (Substring, TemplateReference?) = (text, nil)
    if let open = text.firstIndex(of: "[") {
      guard text.hasSuffix("]") else { throw TemplateMistake(location, "{\(text)}: a bracket is not closed") }
      path = text[..<open]
      index = try reference(text[text.index(after: open)...].dropLast(), at: location)
    }
    let names = path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard names.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(isNameByte) }) else {
      throw TemplateMistake(
        location, "{\(text)} is not a placeholder: write {name}, {group.name} or {lookup.NAME.path}")
    }
    if names[0] == "lookup" { return try lookup(names, index: index, text: text, at: location) }
    guard index == nil else { throw TemplateMistake(location, "{\(text)}: brackets stand behind look-ups only") }
    let item = itemReference(names)
    if isInsideEach { return .entry(names, otherwise: item) }
    guard let item else { throw unknown(names, text: text, at: location) }
    return item
  }

  private func itemReference(_ names: [String]) -> TemplateReference? {
    switch names {
    case ["gtin"]: .gtin
    case ["gtin14"]: .gtin14
    case ["merchantId"]: .merchantID
    case ["version"]: .version
    default: AttributeGroup(name: names[0]).map { .attribute($0, Array(names.dropFirst())) }
    }
  }

  private func lookup(
    _ names: [String], index: TemplateReference?, text: Substring, at location: SourceLocation
  ) throws(TemplateMistake) -> TemplateReference {
    guard names.count >= 3 else {
      throw TemplateMistake(location, "{\(text)}: write {lookup.NAME.path}, such as {lookup.offer.offerId}")
    }
    guard let number = lookups.firstIndex(of: names[1]) else {
      let known = lookups.isEmpty ? "there are none" : "there are: \(lookups.joined(separator: ", "))"
      throw TemplateMistake(location, "{\(text)}: unknown look-up “\(names[1])”; \(known)")
    }
    return .lookup(number, Array(names.dropFirst(2)), index: index)
  }

  private func unknown(_ names: [String], text: Substring, at location: SourceLocation) -> TemplateMistake {
    let groups = AttributeGroup.allCases.map(\.name).joined(separator: ", ")
    return TemplateMistake(
      location,
      "{\(text)}: unknown name “\(names[0])”; known are gtin, gtin14, merchantId, version, lookup and the groups \(groups)"
    )
  }

  private func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F: true
    default: false
    }
  }
}

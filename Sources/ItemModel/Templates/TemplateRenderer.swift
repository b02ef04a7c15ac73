internal import JSONCodec

/// Walks a compiled template once and appends JSON.
struct TemplateRenderer {
  let item: TemplateItem
  let lookups: [Int: JSONValue]
  /// Writes values in their canonical form, and a mark where a looked-up value or the version would stand.
  let isCanonical: Bool
  private(set) var bytes: [UInt8] = []
  private var entry: Entry?

  /// The entry of a list at which `each` stands.
  private struct Entry {
    let value: JSONValue
    let group: AttributeGroup
    let path: [String]
    let index: Int

    /// `cost.shipnodes[2]`.
    var place: String { "\(([group.name] + path).joined(separator: "."))[\(index)]" }
  }

  init(item: TemplateItem, lookups: [Int: JSONValue], isCanonical: Bool) {
    self.item = item
    self.lookups = lookups
    self.isCanonical = isCanonical
    bytes.reserveCapacity(512)
  }

  /// Appends the node; false when it is absent and may be.
  mutating func render(_ node: TemplateNode) throws(TemplateError) -> Bool {
    switch node {
    case .literal(let json): bytes.append(contentsOf: json)
    case .value(let placeholder): return try renderValue(placeholder)
    case .text(let parts): try renderText(parts)
    case .object(let members): try renderObject(members)
    case .list(let nodes): try renderList(nodes)
    case .each(let group, let path, let lastOf, let body):
      guard let list = item.attributes[group]?[path: path] else { return false }
      let entries = list.elements.enumerated().map { Entry(value: $1, group: group, path: path, index: $0) }
      try renderEach(lastOf.map { lastEntries(of: entries, by: $0) } ?? entries, body)
    }
    return true
  }

  private mutating func renderObject(_ members: [(name: [UInt8], value: TemplateNode)]) throws(TemplateError) {
    bytes.append(0x7B)
    var isFirst = true
    for member in members {
      let mark = bytes.count
      if !isFirst { bytes.append(0x2C) }
      bytes.append(contentsOf: member.name)
      if try render(member.value) { isFirst = false } else { bytes.removeLast(bytes.count - mark) }
    }
    bytes.append(0x7D)
  }

  private mutating func renderList(_ nodes: [TemplateNode]) throws(TemplateError) {
    bytes.append(0x5B)
    var isFirst = true
    for node in nodes {
      let mark = bytes.count
      if !isFirst { bytes.append(0x2C) }
      if try render(node) { isFirst = false } else { bytes.removeLast(bytes.count - mark) }
    }
    bytes.append(0x5D)
  }

  private mutating func renderEach(_ entries: [Entry], _ body: TemplateNode) throws(TemplateError) {
    let outer = entry
    defer { entry = outer }
    bytes.append(0x5B)
    var isFirst = true
    for entry in entries {
      self.entry = entry
      let mark = bytes.count
      if !isFirst { bytes.append(0x2C) }
      if try render(body) { isFirst = false } else { bytes.removeLast(bytes.count - mark) }
    }
    bytes.append(0x5D)
  }

  /// Of the entries with an equal member `name`, the last; entries without it stay.
  private func lastEntries(of entries: [Entry], by name: String) -> [Entry] {
    let keys = entries.map { $0.value[name]?.rawBytes }
    var last: [ArraySlice<UInt8>: Int] = [:]
    for (index, key) in keys.enumerated() {
      if let key { last[key] = index }
    }
    return zip(entries, keys).filter { entry, key in key.map { last[$0] == entry.index } ?? true }.map(\.0)
  }

  private mutating func renderValue(_ placeholder: Placeholder) throws(TemplateError) -> Bool {
    switch resolve(placeholder.reference) {
    case .json(let value):
      if isCanonical { value.appendCanonical(to: &bytes) } else { value.withRawBytes { bytes.append(contentsOf: $0) } }
    case .text(let text):
      bytes.append(0x22)
      bytes.append(contentsOf: text.utf8)
      bytes.append(0x22)
    case .number(let number): bytes.append(contentsOf: String(number).utf8)
    case .mark(let index): appendMark(index)
    case .missing:
      if placeholder.isOptional { return false }
      throw missing(placeholder)
    }
    return true
  }

  private mutating func renderText(_ parts: [TemplateNode.TextPart]) throws(TemplateError) {
    bytes.append(0x22)
    for part in parts {
      switch part {
      case .literal(let escaped): bytes.append(contentsOf: escaped)
      case .placeholder(let placeholder): try renderInside(placeholder)
      }
    }
    bytes.append(0x22)
  }

  private mutating func renderInside(_ placeholder: Placeholder) throws(TemplateError) {
    switch resolve(placeholder.reference) {
    case .json(let value) where value.kind == .string:
      var text: [UInt8] = []
      value.appendCanonical(to: &text)
      bytes.append(contentsOf: text.dropFirst().dropLast())
    case .json(let value):
      var writer = JSONWriter()
      writer.string(String(decoding: value.rawBytes, as: UTF8.self))
      bytes.append(contentsOf: writer.bytes.dropFirst().dropLast())
    case .text(let text): bytes.append(contentsOf: text.utf8)
    case .number(let number): bytes.append(contentsOf: String(number).utf8)
    case .mark(let index): appendMark(index)
    case .missing: if !placeholder.isOptional { throw missing(placeholder) }
    }
  }

  /// Stands for what a canonical rendering leaves out; no JSON has it, so nothing else reads like it.
  private static let mark: UInt8 = 0x01

  /// A looked-up value by itself is left out; which one of several it is, the item says.
  private mutating func appendMark(_ index: String?) {
    bytes.append(TemplateRenderer.mark)
    guard let index else { return }
    var writer = JSONWriter()
    writer.string(index)
    bytes.append(contentsOf: writer.bytes)
  }

  private enum Resolved {
    case json(JSONValue)
    /// Text that needs no escaping.
    case text(String)
    case number(Int64)
    case mark(index: String?)
    case missing
  }

  private func resolve(_ reference: TemplateReference) -> Resolved {
    switch reference {
    case .gtin: return .text(item.gtin)
    case .gtin14: return .text(item.key.gtin.text14)
    case .merchantID: return .text(item.key.merchant.text)
    case .version: return isCanonical ? .mark(index: nil) : .number(item.version)
    case .attribute(let group, let path): return (item.attributes[group]?[path: path]).map { .json($0) } ?? .missing
    case .entry(let path, let otherwise):
      if let value = entry?.value[path: path] { return .json(value) }
      return otherwise.map(resolve) ?? .missing
    case .lookup(let number, let path, let index):
      var name: String?
      if let index {
        let resolved = resolve(index)
        if case .missing = resolved { return .missing }
        name = text(of: resolved)
      }
      if isCanonical { return .mark(index: name) }
      guard var value = lookups[number]?[path: path] else { return .missing }
      if let name {
        guard let member = value[name] else { return .missing }
        value = member
      }
      return value.isNull ? .missing : .json(value)
    }
  }

  private func text(of resolved: Resolved) -> String? {
    switch resolved {
    case .json(let value): value.string ?? String(decoding: value.rawBytes, as: UTF8.self)
    case .text(let text): text
    case .number(let number): String(number)
    case .mark, .missing: nil
    }
  }

  private func missing(_ placeholder: Placeholder) -> TemplateError {
    if case .entry(_, otherwise: nil) = placeholder.reference, let entry {
      return .missingAttribute("\(entry.place).\(placeholder.text)")
    }
    guard case .lookup(_, _, let index) = placeholder.reference else { return .missingAttribute(placeholder.text) }
    guard let index, let bracket = placeholder.text.firstIndex(of: "[") else { return .missingLookup(placeholder.text) }
    if let name = text(of: resolve(index)) { return .missingLookup("\(placeholder.text[..<bracket])[\(name)]") }
    let attribute = placeholder.text[bracket...].dropFirst().dropLast()
    guard case .entry(_, otherwise: nil) = index, let entry else { return .missingAttribute(String(attribute)) }
    return .missingAttribute("\(entry.place).\(attribute)")
  }
}

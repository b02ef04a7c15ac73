internal import ItemModel
internal import YAMLReader

/// Reads a spec's YAML, collecting every mistake.
struct SpecFileReader {
  var mistakes = YAMLMistakes()

  private struct Defaults {
    var dates = DateFormat(order: .yearFirst, pivot: 70)
    var hasDates = false
    var currency: String?
  }

  /// A column, and what is checked once all of them are known.
  private struct Draft {
    let node: YAMLNode
    let name: String
    let synonyms: [String]
    let type: ColumnType
    let isRequired: Bool
    let attribute: [String]
    let minimumMicros: Int64?
    let notBefore: YAMLNode?
  }

  mutating func read(_ root: YAMLNode) -> Spec? {
    guard var fields = mistakes.collect(try YAMLFields(root)) else { return nil }
    let name = text("spec", from: &fields, isRequired: true)
    let title = text("title", from: &fields, isRequired: false)
    var defaults = Defaults()
    if let node = fields.take(optional: "dates") {
      defaults.hasDates = true
      if let dates = dates(node) { defaults.dates = dates }
    }
    if let node = fields.take(optional: "currency") { defaults.currency = currency(node) }
    let checkDigit = fields.take(optional: "checkDigit").map { severity($0) } ?? .warning
    let rows = fields.take(optional: "rows").flatMap { rowList($0) }
    let drafts = columns(&fields, defaults)
    mistakes.collect(try fields.finish())
    check(drafts, at: root)
    check(rows, against: drafts)
    let columns = resolve(drafts)
    guard mistakes.found.isEmpty, let name, let gtin = columns.firstIndex(where: { $0.type == .gtin }) else {
      return nil
    }
    return Spec(
      name: name, title: title ?? name, columns: columns, checkDigit: checkDigit, list: rows?.list,
      key: rows?.key.map(\.name) ?? [], gtinColumn: gtin)
  }

  private mutating func text(_ key: String, from fields: inout YAMLFields, isRequired: Bool) -> String? {
    if isRequired { return mistakes.collect(try fields.require(key).string()) }
    return mistakes.read(fields.take(optional: key)) { node throws(YAMLError) in try node.string() }
  }

  private mutating func dates(_ node: YAMLNode) -> DateFormat? {
    guard var fields = mistakes.collect(try YAMLFields(node)) else { return nil }
    let order = mistakes.collect(try fields.require("order").oneOf(DateFormat.Order.self))
    let pivot = mistakes.read(fields.take(optional: "pivot")) { node throws(YAMLError) in try node.int(in: 0...100) }
    mistakes.collect(try fields.finish())
    return order.map { DateFormat(order: $0, pivot: pivot ?? 70) }
  }

  private mutating func currency(_ node: YAMLNode) -> String? {
    guard let text = mistakes.collect(try node.string()) else { return nil }
    guard text.utf8.count == 3, text.utf8.allSatisfy({ $0 >= 0x41 && $0 <= 0x5A }) else {
      mistakes.add(node.location, "“\(text)” is not a currency", hint: "write three capital letters, such as USD")
      return nil
    }
    return text
  }

  private mutating func severity(_ node: YAMLNode) -> IssueSeverity? {
    let choices = IssueSeverity.allCases.map(\.rawValue) + ["ignore"]
    return mistakes.collect(try node.oneOf(choices)).flatMap(IssueSeverity.init(rawValue:))
  }

  private mutating func rowList(_ node: YAMLNode) -> (list: AttributePath, key: [(name: String, node: YAMLNode)])? {
    guard var fields = mistakes.collect(try YAMLFields(node)) else { return nil }
    let list = mistakes.collect(try fields.require("list"))
    let key = mistakes.readAll(fields.take(optional: "key")) { node throws(YAMLError) in
      (name: try node.string(), node: node)
    }
    mistakes.collect(try fields.finish())
    guard let list, let path = attribute(list) else { return nil }
    guard path.count == 2, let group = AttributeGroup(name: path[0]) else {
      mistakes.add(list.location, "a list is an attribute of a group", hint: "write it as cost.shipnodes")
      return nil
    }
    return (AttributePath(group: group, name: path[1]), key)
  }

  private mutating func columns(_ fields: inout YAMLFields, _ defaults: Defaults) -> [Draft] {
    guard let node = mistakes.collect(try fields.require("columns")),
      let nodes = mistakes.collect(try node.list())
    else { return [] }
    return nodes.compactMap { column($0, defaults) }
  }

  private mutating func column(_ node: YAMLNode, _ defaults: Defaults) -> Draft? {
    guard var fields = mistakes.collect(try YAMLFields(node)) else { return nil }
    let name = text("name", from: &fields, isRequired: true)
    let synonyms = mistakes.readAll(fields.take(optional: "synonyms")) { node throws(YAMLError) in try node.string() }
    let type = readType(&fields, defaults)
    let isRequired =
      mistakes.read(fields.take(optional: "required")) { node throws(YAMLError) in try node.bool() } ?? false
    let path = fields.take(optional: "attribute").flatMap { attribute($0) }
    if let type, type != .gtin, path == nil, node["attribute"] == nil {
      _ = mistakes.collect(try node.require("attribute"))
    } else if type == .gtin, let misplaced = node["attribute"] {
      mistakes.add(misplaced.location, "the GTIN names the item and is no attribute", hint: "leave it out")
    }
    let minimum = fields.take(optional: "minimum").flatMap { readMinimum($0, type) }
    let notBefore = fields.take(optional: "notBefore")
    mistakes.collect(try fields.finish())
    guard let name, let type else { return nil }
    return Draft(
      node: node, name: name, synonyms: synonyms, type: type, isRequired: isRequired, attribute: path ?? [],
      minimumMicros: minimum, notBefore: notBefore)
  }

  private mutating func readType(_ fields: inout YAMLFields, _ defaults: Defaults) -> ColumnType? {
    let maxLength = fields.take(optional: "maxLength")
    guard let node = mistakes.collect(try fields.require("type")),
      let name = mistakes.collect(
        try node.oneOf(["gtin", "text", "money", "boolean", "date", "decimal", "integer"]))
    else { return nil }
    if let maxLength, name != "text" {
      mistakes.add(maxLength.location, "maxLength is for text", hint: "leave it out")
    }
    switch name {
    case "gtin": return .gtin
    case "money":
      if defaults.currency == nil, fields.node["currency"] == nil {
        mistakes.add(node.location, "amounts need a currency", hint: "declare it at the top: currency: USD")
      }
      return .money(currency: defaults.currency ?? "USD")
    case "boolean": return .boolean
    case "date":
      if !defaults.hasDates {
        mistakes.add(
          node.location, "dates need an order", hint: "declare it at the top: dates: { order: month-first }")
      }
      return .date(defaults.dates)
    case "decimal": return .decimal
    case "integer": return .integer
    default:
      return .text(
        maxLength: mistakes.read(maxLength) { node throws(YAMLError) in try node.int(in: 1...65_536) } ?? 4_000)
    }
  }

  private mutating func readMinimum(_ node: YAMLNode, _ type: ColumnType?) -> Int64? {
    switch type {
    case .money, .decimal, .integer, nil: break
    default: mistakes.add(node.location, "a minimum is for amounts and numbers", hint: "leave it out")
    }
    guard let text = mistakes.collect(try node.string()) else { return nil }
    guard let number = try? DecimalNumber(parsing: text.utf8) else {
      mistakes.add(node.location, "“\(text)” is not a number", hint: "write it as 0 or 0.01")
      return nil
    }
    return number.micros
  }

  /// `group.name…`.
  private mutating func attribute(_ node: YAMLNode) -> [String]? {
    guard let text = mistakes.collect(try node.string()) else { return nil }
    let names = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard names.count >= 2, names.allSatisfy({ !$0.isEmpty }) else {
      mistakes.add(node.location, "“\(text)” is not an attribute", hint: "write the group and the name: pricing.price")
      return nil
    }
    let groups = AttributeGroup.allCases.map(\.name)
    let group = YAMLNode(.scalar(names[0], quoted: true), at: node.location)
    return mistakes.collect(try group.oneOf(groups)) == nil ? nil : names
  }

  private mutating func check(_ drafts: [Draft], at root: YAMLNode) {
    let gtins = drafts.filter { $0.type == .gtin }
    if gtins.isEmpty, root["columns"] != nil, mistakes.found.isEmpty {
      mistakes.add(root.location, "no column is the item's GTIN", hint: "give one column the type gtin")
    }
    for other in gtins.dropFirst() {
      mistakes.add(other.node.location, "a second column is the item's GTIN", hint: "give it another type")
    }
    var owners: [String: String] = [:]
    for draft in drafts {
      for key in Set(([draft.name] + draft.synonyms).map(FeedHeader.key)).sorted() {
        if let owner = owners[key] {
          mistakes.add(draft.node.location, "“\(draft.name)” and “\(owner)” share a name", hint: "give it to one only")
        }
        owners[key] = draft.name
      }
    }
    for (index, draft) in drafts.enumerated() where !draft.attribute.isEmpty {
      for other in drafts[..<index] where !other.attribute.isEmpty {
        if draft.attribute.starts(with: other.attribute) || other.attribute.starts(with: draft.attribute) {
          mistakes.add(
            draft.node.location, "“\(draft.name)” and “\(other.name)” fill the same attribute",
            hint: "give each an attribute of its own")
        }
      }
    }
  }

  private mutating func check(
    _ rows: (list: AttributePath, key: [(name: String, node: YAMLNode)])?, against drafts: [Draft]
  ) {
    guard let rows else { return }
    let list = [rows.list.group.name, rows.list.name]
    let members = drafts.filter { $0.attribute.count == 3 && $0.attribute.starts(with: list) }.map { $0.attribute[2] }
    for (_, node) in rows.key { _ = mistakes.collect(try node.oneOf(members)) }
  }

  private mutating func resolve(_ drafts: [Draft]) -> [SpecColumn] {
    let dates = drafts.filter { if case .date = $0.type { true } else { false } }.map(\.name)
    return drafts.map { draft in
      var notBefore: Int?
      if let name = mistakes.read(draft.notBefore, { node throws(YAMLError) in try node.oneOf(dates) }) {
        notBefore = drafts.firstIndex { $0.name == name }
      }
      return SpecColumn(
        name: draft.name, synonyms: draft.synonyms, type: draft.type, isRequired: draft.isRequired,
        attribute: draft.attribute, minimumMicros: draft.minimumMicros, notBefore: notBefore)
    }
  }
}

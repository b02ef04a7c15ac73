internal import ItemModel
internal import YAMLReader

/// A column, and what is checked once all of them are known.
struct SpecDraft {
  let node: YAMLNode
  let name: String
  let synonyms: [String]
  let type: ColumnType
  let isRequired: Bool
  let attribute: [String]
  let defaultValue: String?
  let bounds: ColumnBounds
  let notBefore: YAMLNode?
}

/// Reads the columns of a spec.
struct SpecColumnReader {
  var mistakes = YAMLMistakes()
  let defaults: SpecDefaults

  init(defaults: SpecDefaults) { self.defaults = defaults }

  private static let types = [
    "gtin", "text", "money", "boolean", "date", "decimal", "integer", "enumeration", "list",
  ]

  mutating func read(_ node: YAMLNode) -> SpecDraft? {
    guard var fields = mistakes.collect(try YAMLFields(node)) else { return nil }
    let name = mistakes.collect(try fields.require("name").string())
    let synonyms = mistakes.readAll(fields.take(optional: "synonyms")) { node throws(YAMLError) in try node.string() }
    let type = type(&fields)
    let required = fields.take(optional: "required")
    let isRequired = mistakes.read(required) { node throws(YAMLError) in try node.bool() }
    if type == .gtin, isRequired == false, let required {
      mistakes.add(required.location, "the GTIN names the item and is always required", hint: "leave it out")
    }
    let path = fields.take(optional: "attribute").flatMap { attribute($0) }
    if let type, type != .gtin, path == nil, node["attribute"] == nil {
      _ = mistakes.collect(try node.require("attribute"))
    } else if type == .gtin, let misplaced = node["attribute"] {
      mistakes.add(misplaced.location, "the GTIN names the item and is no attribute", hint: "leave it out")
    }
    let bounds = bounds(&fields, type)
    let standard = fields.take(optional: "default")
    let notBefore = fields.take(optional: "notBefore")
    mistakes.collect(try fields.finish())
    guard let name, let type else { return nil }
    return SpecDraft(
      node: node, name: name, synonyms: synonyms, type: type, isRequired: type == .gtin || isRequired == true,
      attribute: path ?? [],
      defaultValue: standard.flatMap { self.standard($0, type, bounds) }, bounds: bounds, notBefore: notBefore)
  }

  // MARK: Types

  private mutating func type(_ fields: inout YAMLFields) -> ColumnType? {
    let (values, separator, item) = (
      fields.take(optional: "values"), fields.take(optional: "separator"), fields.take(optional: "items")
    )
    guard let node = mistakes.collect(try fields.require("type")),
      let name = mistakes.collect(try node.oneOf(SpecColumnReader.types))
    else { return nil }
    if name != "list" {
      refuse(separator, "a separator is for lists")
      refuse(item, "items are of lists")
      return type(name, at: node, values: values)
    }
    let itemName =
      mistakes.read(item) { node throws(YAMLError) in
        try node.oneOf(["text", "money", "boolean", "date", "decimal", "integer", "enumeration"])
      } ?? "text"
    guard let itemType = type(itemName, at: item ?? node, values: values) else { return nil }
    let byte = separator.map { self.separator($0) } ?? UInt8(ascii: ";")
    checkItems(itemType, dividedBy: byte, at: separator ?? node)
    return .list(separator: byte, of: itemType)
  }

  private mutating func type(_ name: String, at node: YAMLNode, values: YAMLNode?) -> ColumnType? {
    if name != "enumeration" { refuse(values, "values are for enumerations") }
    switch name {
    case "gtin": return .gtin
    case "money":
      if !defaults.hasCurrency {
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
    case "enumeration": return enumeration(values, at: node)
    default: return .text
    }
  }

  private mutating func refuse(_ node: YAMLNode?, _ what: String) {
    if let node { mistakes.add(node.location, what, hint: "leave it out") }
  }

  private mutating func separator(_ node: YAMLNode) -> UInt8 {
    guard let text = mistakes.collect(try node.string()) else { return 0 }
    guard text.utf8.count == 1, let byte = text.utf8.first, !byte.isLetter, !byte.isDigit else {
      mistakes.add(node.location, "“\(text)” cannot divide values", hint: "write one character, such as \";\"")
      return 0
    }
    return byte
  }

  /// What divides the values cannot be in one of them.
  private mutating func checkItems(_ type: ColumnType, dividedBy byte: UInt8, at node: YAMLNode) {
    let mark = String(decoding: [byte], as: UTF8.self)
    switch type {
    case .text: break
    case .enumeration(let enumeration):
      guard let value = enumeration.values.first(where: { $0.contains(mark) }) else { return }
      mistakes.add(
        node.location, "“\(mark)” stands in the value “\(value)”", hint: "divide values by another character")
    case .boolean: break
    default:
      guard ".-/ ".contains(mark) else { return }
      mistakes.add(node.location, "“\(mark)” may stand in a \(type.name)", hint: "divide values by another character")
    }
  }

  private mutating func enumeration(_ values: YAMLNode?, at node: YAMLNode) -> ColumnType? {
    guard let values else {
      mistakes.add(node.location, "an enumeration has no values", hint: "add them: values: [New, Used]")
      return nil
    }
    var read: [(value: String, synonyms: [String])] = []
    var places: [YAMLLocation] = []
    if case .mapping(let members) = values.kind {
      for (key, synonyms) in members {
        guard let value = mistakes.collect(try key.string()) else { continue }
        read.append(
          (value, mistakes.readAll(synonyms.isNull ? nil : synonyms) { node throws(YAMLError) in try node.string() }))
        places.append(key.location)
      }
    } else {
      for node in mistakes.collect(try values.list()) ?? [] {
        guard let value = mistakes.collect(try node.string()) else { continue }
        read.append((value, []))
        places.append(node.location)
      }
    }
    if read.isEmpty {
      mistakes.add(values.location, "an enumeration has no values", hint: "add them: values: [New, Used]")
    }
    var owners: [String: String] = [:]
    for ((value, synonyms), place) in zip(read, places) {
      for key in Set(([value] + synonyms).map(Enumeration.key)).sorted() {
        if key.isEmpty {
          mistakes.add(
            place, "a word for “\(value)” has no letter or digit", hint: "no cell could be told from another")
        } else if let owner = owners[key] {
          mistakes.add(place, "“\(value)” and “\(owner)” share a word", hint: "give it to one only")
        }
        owners[key] = value
      }
    }
    return .enumeration(Enumeration(read))
  }

  // MARK: Bounds

  private mutating func bounds(_ fields: inout YAMLFields, _ type: ColumnType?) -> ColumnBounds {
    var bounds = ColumnBounds()
    let item: ColumnType? = if case .list(_, let item) = type { item } else { type }
    for name in ["minimum", "maximum"] {
      guard let node = fields.take(optional: name) else { continue }
      switch item {
      case .money, .decimal, .integer, nil: break
      default: mistakes.add(node.location, "a \(name) is for amounts and numbers", hint: "leave it out")
      }
      let number = number(node)
      if name == "minimum" { bounds.minimumMicros = number } else { bounds.maximumMicros = number }
      if let least = bounds.minimumMicros, let most = bounds.maximumMicros, least > most {
        mistakes.add(node.location, "the minimum is above the maximum", hint: "swap them")
      }
    }
    for name in ["minLength", "maxLength"] {
      guard let node = fields.take(optional: name) else { continue }
      if let item, item != .text {
        mistakes.add(node.location, "\(name) is for text", hint: "leave it out")
      }
      guard let length = mistakes.collect(try node.int(in: (name == "minLength" ? 0 : 1)...65_536)) else { continue }
      if name == "minLength" { bounds.minLength = length } else { bounds.maxLength = length }
      if bounds.minLength > bounds.maxLength {
        mistakes.add(node.location, "minLength is above maxLength", hint: "swap them")
      }
    }
    return bounds
  }

  private mutating func number(_ node: YAMLNode) -> Int64? {
    guard let text = mistakes.collect(try node.string()) else { return nil }
    guard let number = try? DecimalNumber(parsing: text.utf8) else {
      mistakes.add(node.location, "“\(text)” is not a number", hint: "write it as 0 or 0.01")
      return nil
    }
    return number.micros
  }

  /// A default is read like a cell, so that no row finds it wrong.
  private mutating func standard(_ node: YAMLNode, _ type: ColumnType, _ bounds: ColumnBounds) -> String? {
    guard let text = mistakes.collect(try node.string()) else { return nil }
    if type == .gtin {
      mistakes.add(node.location, "a GTIN has no default", hint: "leave it out")
      return nil
    }
    do throws(CellProblem) {
      try Array(text.utf8).withUnsafeBufferPointer { (cell) throws(CellProblem) in
        if cell.isEmpty { throw .missing }
        var note: Normalisation?
        var bytes = ByteBuffer()
        _ = try CellPlan(type, bounds: bounds).read(cell, text: &bytes, note: &note)
      }
      return text
    } catch {
      mistakes.add(
        node.location, "“\(text)” cannot be a value of this column: \(error.description.dropLast())",
        hint: error.hint.isEmpty ? nil : error.hint)
      return nil
    }
  }

  /// `group.name…`.
  mutating func attribute(_ node: YAMLNode) -> [String]? {
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
}

internal import ItemModel
internal import YAMLReader

/// Reads a spec's YAML, collecting every mistake.
struct SpecFileReader {
  var mistakes = YAMLMistakes()

  /// A spec's list of entries, and what is checked of it once all columns are known.
  struct RowList {
    let node: YAMLNode
    let list: AttributePath
    let key: [(name: String, node: YAMLNode)]
    let window: [(name: String, node: YAMLNode)]
  }

  mutating func read(_ root: YAMLNode) -> Spec? {
    guard var fields = mistakes.collect(try YAMLFields(root)) else { return nil }
    let name = name(&fields)
    let version = version(&fields)
    let retired = text("retired", from: &fields)
    let title = text("title", from: &fields)
    let defaults = defaults(&fields)
    let checkDigit = fields.take(optional: "checkDigit").map { severity($0) } ?? .warning
    let delimiter = fields.take(optional: "delimiter").flatMap { self.delimiter($0) }
    let rows = fields.take(optional: "rows").flatMap { rowList($0) }
    let checkNodes = checkNodes(&fields)
    let drafts = columns(&fields, defaults)
    mistakes.collect(try fields.finish())
    var checker = SpecChecker(drafts: drafts)
    checker.checkColumns(at: root, isComplete: mistakes.found.isEmpty)
    let window = checker.checkRows(rows)
    // What items ask of attributes is said once all of them are read.
    if checker.mistakes.found.isEmpty, mistakes.found.isEmpty { checker.checkItem(rows) }
    let checks = checker.checks(checkNodes)
    let columns = checker.columns()
    for mistake in checker.mistakes.found { mistakes.add(mistake) }
    guard mistakes.found.isEmpty, let name, let gtin = columns.firstIndex(where: { $0.type == .gtin }) else {
      return nil
    }
    return Spec(
      name: name, version: version ?? 1, retired: retired, title: title ?? name, columns: columns,
      checkDigit: checkDigit, list: rows?.list, key: rows?.key.map(\.name) ?? [], window: window, checks: checks,
      delimiter: delimiter, gtinColumn: gtin)
  }

  private mutating func name(_ fields: inout YAMLFields) -> String? {
    guard let node = mistakes.collect(try fields.require("spec")), let name = mistakes.collect(try node.string()) else {
      return nil
    }
    guard !name.isEmpty, name.utf8.allSatisfy({ $0.isLetter || $0.isDigit || $0 == 0x2D || $0 == 0x5F }) else {
      mistakes.add(
        node.location, "“\(name)” is not a name", hint: "write letters, digits, - and _; the version has its own key")
      return nil
    }
    return name
  }

  private mutating func checkNodes(_ fields: inout YAMLFields) -> [YAMLNode] {
    guard let node = fields.take(optional: "checks") else { return [] }
    return mistakes.collect(try node.list()) ?? []
  }

  private mutating func version(_ fields: inout YAMLFields) -> Int? {
    mistakes.read(fields.take(optional: "version")) { node throws(YAMLError) in try node.int(in: 1...1_000_000) }
  }

  private mutating func text(_ key: String, from fields: inout YAMLFields) -> String? {
    mistakes.read(fields.take(optional: key)) { node throws(YAMLError) in try node.string() }
  }

  private mutating func defaults(_ fields: inout YAMLFields) -> SpecDefaults {
    var defaults = SpecDefaults()
    if let node = fields.take(optional: "dates") {
      defaults.hasDates = true
      if let dates = dates(node) { defaults.dates = dates }
    }
    if let node = fields.take(optional: "currency") {
      defaults.hasCurrency = true
      defaults.currency = currency(node)
    }
    return defaults
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
    let isInUse = Array(text.utf8).withUnsafeBufferPointer { Currency(inUse: $0)?.text == text }
    guard isInUse else {
      mistakes.add(
        node.location, "“\(text)” is not a currency", hint: "write a code of ISO 4217 in capital letters, such as USD")
      return nil
    }
    return text
  }

  private mutating func severity(_ node: YAMLNode) -> IssueSeverity? {
    let choices = IssueSeverity.allCases.map(\.rawValue) + ["ignore"]
    return mistakes.collect(try node.oneOf(choices)).flatMap(IssueSeverity.init(rawValue:))
  }

  private mutating func delimiter(_ node: YAMLNode) -> UInt8? {
    switch mistakes.collect(try node.oneOf(["comma", "semicolon", "tab", "pipe"])) {
    case "comma": UInt8(ascii: ",")
    case "semicolon": UInt8(ascii: ";")
    case "tab": 0x09
    case "pipe": UInt8(ascii: "|")
    default: nil
    }
  }

  private mutating func rowList(_ node: YAMLNode) -> RowList? {
    guard var fields = mistakes.collect(try YAMLFields(node)) else { return nil }
    let list = mistakes.collect(try fields.require("list"))
    let read = { (node: YAMLNode) throws(YAMLError) in (name: try node.string(), node: node) }
    let key = mistakes.readAll(fields.take(optional: "key"), read)
    let windowNode = fields.take(optional: "window")
    let window = mistakes.readAll(windowNode, read)
    if let windowNode, window.count != 2 {
      mistakes.add(
        windowNode.location, "a window has a first and a last day", hint: "write it as [startDate, endDate]")
    }
    mistakes.collect(try fields.finish())
    var reader = SpecColumnReader(defaults: SpecDefaults())
    let path = list.flatMap { reader.attribute($0) }
    for mistake in reader.mistakes.found { mistakes.add(mistake) }
    guard let list, let path else { return nil }
    guard path.count == 2, let group = AttributeGroup(name: path[0]) else {
      mistakes.add(list.location, "a list is an attribute of a group", hint: "write it as cost.shipnodes")
      return nil
    }
    // Items gather entries of this list alone; another would be replaced by each part of a file.
    if path != ["cost", "shipnodes"] {
      mistakes.add(
        list.location, "rows cannot be gathered in \(path.joined(separator: "."))", hint: "write cost.shipnodes")
    }
    return RowList(
      node: node, list: AttributePath(group: group, name: path[1]), key: key, window: window.count == 2 ? window : [])
  }

  private mutating func columns(_ fields: inout YAMLFields, _ defaults: SpecDefaults) -> [SpecDraft] {
    guard let node = mistakes.collect(try fields.require("columns")),
      let nodes = mistakes.collect(try node.list())
    else { return [] }
    var reader = SpecColumnReader(defaults: defaults)
    let drafts = nodes.compactMap { reader.read($0) }
    for mistake in reader.mistakes.found { mistakes.add(mistake) }
    return drafts
  }
}

/// What a spec declares for all its columns.
struct SpecDefaults {
  var dates = DateFormat(order: .yearFirst, pivot: 70)
  var hasDates = false
  var currency: String?
  var hasCurrency = false
}

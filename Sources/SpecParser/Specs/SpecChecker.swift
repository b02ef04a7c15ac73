internal import ItemModel
internal import YAMLReader

/// Checks what only all columns of a spec together can show.
struct SpecChecker {
  var mistakes = YAMLMistakes()
  let drafts: [SpecDraft]

  init(drafts: [SpecDraft]) { self.drafts = drafts }

  /// - Parameter isComplete: whether every column could be read.
  mutating func checkColumns(at root: YAMLNode, isComplete: Bool) {
    let gtins = drafts.filter { $0.type == .gtin }
    if gtins.isEmpty, root["columns"] != nil, isComplete {
      mistakes.add(root.location, "no column is the item's GTIN", hint: "give one column the type gtin")
    }
    if drafts.count == 1, gtins.count == 1, isComplete {
      mistakes.add(
        drafts[0].node.location, "nothing but the GTIN is read", hint: "add the columns of what is to change")
    }
    for other in gtins.dropFirst() {
      mistakes.add(other.node.location, "a second column is the item's GTIN", hint: "give it another type")
    }
    checkNames()
    checkAttributes()
  }

  private mutating func checkNames() {
    var owners: [String: String] = [:]
    for draft in drafts {
      if ([draft.name] + draft.synonyms).contains(where: { $0.utf8.count > FeedHeader.maxNameBytes }) {
        mistakes.add(
          draft.node.location, "a name has more than \(FeedHeader.maxNameBytes) bytes", hint: "no header is read so far"
        )
      }
      for key in Set(([draft.name] + draft.synonyms).map(FeedHeader.key)).sorted() {
        if key.isEmpty {
          mistakes.add(draft.node.location, "a name has no letter or digit", hint: "write it as the header has it")
        } else if OutcomeColumns.keys.contains(key) {
          mistakes.add(
            draft.node.location, "“\(draft.name)” has the name of a column that files with errors get",
            hint: "give it another")
        } else if let owner = owners[key] {
          mistakes.add(draft.node.location, "“\(draft.name)” and “\(owner)” share a name", hint: "give it to one only")
        }
        owners[key] = draft.name
      }
    }
  }

  private mutating func checkAttributes() {
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

  /// - Returns: the columns of an entry's first and last day.
  mutating func checkRows(_ rows: SpecFileReader.RowList?) -> SpecWindow? {
    guard let rows else { return nil }
    let list = [rows.list.group.name, rows.list.name]
    let inside = drafts.indices.filter { drafts[$0].attribute.count == 3 && drafts[$0].attribute.starts(with: list) }
    let members = inside.map { drafts[$0].attribute[2] }
    if members.isEmpty {
      mistakes.add(
        (rows.key.first?.node ?? rows.node).location, "no column fills a member of \(rows.list)",
        hint: "add columns such as \(rows.list).unitCost")
      return nil
    }
    for (_, node) in rows.key { _ = mistakes.collect(try node.oneOf(members)) }
    var days: [Int] = []
    for (name, node) in rows.window {
      guard mistakes.collect(try node.oneOf(members)) != nil,
        let column = inside.first(where: { drafts[$0].attribute[2] == name })
      else { continue }
      if case .date = drafts[column].type {
        days.append(column)
      } else {
        mistakes.add(node.location, "“\(name)” is no date", hint: "a window's days are of columns of the type date")
      }
    }
    guard days.count == 2 else { return nil }
    return SpecWindow(start: days[0], end: days[1])
  }

  /// The checks between columns, those included that columns declare themselves.
  mutating func checks(_ nodes: [YAMLNode]) -> [SpecCheck] {
    var checks: [SpecCheck] = []
    for (column, draft) in drafts.enumerated() {
      guard let node = draft.notBefore, let other = dateColumn(node) else { continue }
      if case .date = draft.type {
        checks.append(SpecCheck(column: column, rule: .notBefore(other)))
      } else {
        mistakes.add(node.location, "notBefore is for dates", hint: "leave it out")
      }
    }
    for node in nodes { checks += check(node) }
    for check in checks where check.isOfItself {
      mistakes.add(drafts[check.column].node.location, "“\(drafts[check.column].name)” is checked against itself")
    }
    return checks
  }

  private mutating func check(_ node: YAMLNode) -> [SpecCheck] {
    guard var fields = mistakes.collect(try YAMLFields(node)) else { return [] }
    let column = mistakes.collect(try fields.require("column")).flatMap { self.column($0) }
    let notBefore = fields.take(optional: "notBefore")
    let requires = fields.take(optional: "requires")
    mistakes.collect(try fields.finish())
    if notBefore == nil, requires == nil {
      mistakes.add(node.location, "this checks nothing", hint: "add notBefore or requires, with a column's name")
    }
    guard let column else { return [] }
    var checks: [SpecCheck] = []
    if let notBefore, let other = dateColumn(notBefore) {
      if case .date = drafts[column].type {
        checks.append(SpecCheck(column: column, rule: .notBefore(other)))
      } else {
        mistakes.add(notBefore.location, "“\(drafts[column].name)” is no date", hint: "compare columns of dates")
      }
    }
    if let requires {
      let names = if case .sequence(let nodes) = requires.kind { nodes } else { [requires] }
      for name in names {
        guard let other = self.column(name) else { continue }
        checks.append(SpecCheck(column: column, rule: .requires(other)))
      }
    }
    return checks
  }

  private mutating func column(_ node: YAMLNode) -> Int? {
    guard let name = mistakes.collect(try node.oneOf(drafts.map(\.name))) else { return nil }
    return drafts.firstIndex { $0.name == name }
  }

  private mutating func dateColumn(_ node: YAMLNode) -> Int? {
    let dates = drafts.filter { if case .date = $0.type { true } else { false } }.map(\.name)
    guard !dates.isEmpty else {
      mistakes.add(node.location, "“\(node.text ?? "")” is not known here", hint: "no column is a date")
      return nil
    }
    guard let name = mistakes.collect(try node.oneOf(dates)) else { return nil }
    return drafts.firstIndex { $0.name == name }
  }

  func columns() -> [SpecColumn] {
    drafts.map { draft in
      SpecColumn(
        name: draft.name, synonyms: draft.synonyms, type: draft.type, isRequired: draft.isRequired,
        attribute: draft.attribute, defaultValue: draft.defaultValue, bounds: draft.bounds,
        notBefore: draft.notBefore?.text.flatMap { name in drafts.firstIndex { $0.name == name } })
    }
  }
}

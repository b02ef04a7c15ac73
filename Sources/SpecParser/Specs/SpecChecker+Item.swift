internal import YAMLReader

/// What items ask of the attributes that a spec fills: without it the store would refuse each row.
extension SpecChecker {
  private static let list = ["cost", "shipnodes"]
  /// Members that each entry of the list has.
  private static let entry = ["shipnodeId", "unitCost"]
  private static let window = ["startDate", "endDate"]

  private static let types: [[String]: [String]] = [
    list + ["shipnodeId"]: ["text", "enumeration"], list + ["unitCost"]: ["money"], list + ["startDate"]: ["date"],
    list + ["endDate"]: ["date"], ["pricing", "price"]: ["money"], ["shipping", "cost"]: ["money"],
    ["logistics", "cost"]: ["money"],
  ]

  mutating func checkItem(_ rows: SpecFileReader.RowList?) {
    for draft in drafts {
      guard let types = SpecChecker.types[draft.attribute], !types.contains(draft.type.name) else { continue }
      mistakes.add(
        (draft.node["type"] ?? draft.node).location,
        "\(draft.attribute.joined(separator: ".")) is of the type \(types.joined(separator: " or "))",
        hint: "give the column that type")
    }
    if let rows { checkEntries(rows) } else { checkThereIsNoEntry() }
  }

  private mutating func checkThereIsNoEntry() {
    guard let draft = drafts.first(where: { $0.attribute.starts(with: SpecChecker.list) }) else { return }
    mistakes.add(
      place(of: draft), "a row of cost.shipnodes is an entry of a list",
      hint: "declare it at the top: rows: { list: cost.shipnodes, key: [shipnodeId, startDate], "
        + "window: [startDate, endDate] }")
  }

  private mutating func checkEntries(_ rows: SpecFileReader.RowList) {
    for draft in drafts where draft.type != .gtin {
      guard draft.attribute.count < 3 || !draft.attribute.starts(with: SpecChecker.list) else { continue }
      mistakes.add(
        place(of: draft), "“\(draft.name)” is no member of \(rows.list), of which a row is an entry",
        hint: "an item's rows may contradict each other there; give it a spec of its own")
    }
    for name in SpecChecker.entry {
      guard let draft = drafts.first(where: { $0.attribute == SpecChecker.list + [name] }) else {
        mistakes.add(rows.node.location, "no column fills \(rows.list).\(name)", hint: "each entry needs one")
        continue
      }
      if !draft.isRequired, draft.defaultValue == nil {
        mistakes.add(draft.node.location, "each entry needs its \(name)", hint: "add required: true")
      }
    }
    if !rows.key.contains(where: { $0.name == "shipnodeId" }) {
      mistakes.add(rows.node.location, "the key lacks shipnodeId", hint: "write key: [shipnodeId, startDate]")
    }
    if !rows.window.isEmpty, rows.window.map(\.name) != SpecChecker.window {
      mistakes.add(
        rows.window[0].node.location, "the window is not the entries' own", hint: "write [startDate, endDate]")
    }
  }

  private func place(of draft: SpecDraft) -> YAMLLocation { (draft.node["attribute"] ?? draft.node).location }
}

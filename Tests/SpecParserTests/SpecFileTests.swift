import ItemModel
import SpecParser
import Testing
import YAMLReader

@Suite struct SpecFileTests {
  private func mistakes(_ text: String) -> [String] {
    do {
      _ = try SpecFile.read(Array(text.utf8), file: "s.yaml")
      return []
    } catch {
      return error.mistakes.map(\.description)
    }
  }

  private func expect(
    _ text: String, _ expected: [String], sourceLocation: Testing.SourceLocation = #_sourceLocation
  ) {
    let found = mistakes(text)
    #expect(found.count == expected.count, "\(found)", sourceLocation: sourceLocation)
    for (found, expected) in zip(found, expected) {
      #expect(found.hasPrefix("s.yaml:" + expected), "\(found)", sourceLocation: sourceLocation)
    }
  }

  @Test func shippedSpec() throws {
    let spec = try costSpec()
    #expect(spec.name == "cost" && spec.checkDigit == .warning)
    #expect(spec.list?.description == "cost.shipnodes" && spec.key == ["shipnodeId", "startDate"])
    #expect(
      spec.columns.map(\.name) == [
        "Item Gtin", "Shipnode ID", "Unit Cost", "Allow other merchants to change cost", "Cost Start Date",
        "Cost End Date",
      ])
    #expect(spec.columns.map(\.isRequired) == [true, true, true, false, false, false])
    #expect(spec.columns[4].type == .date(DateFormat(order: .monthFirst, pivot: 70)))
    #expect(spec.columns[5].notBefore == 4)
    #expect(try ShippedSpecs.files["cost"]?.bytes == fixture("specs/cost.yaml"))
    #expect(try ShippedSpecs.spec(named: "none") == nil)
  }

  @Test func dayFirstAndPlainAttributes() throws {
    let text = """
      spec: prices
      dates: { order: day-first, pivot: 30 }
      currency: EUR
      checkDigit: error
      columns:
        - { name: GTIN, type: gtin, required: true }
        - { name: Price, type: money, attribute: pricing.price }
        - { name: Since, type: date, attribute: pricing.since }
        - { name: Weight, type: decimal, attribute: shipping.weight.value }
        - { name: Unit, type: text, attribute: shipping.weight.unit }
        - { name: Pieces, type: integer, minimum: 1, attribute: product.pieces }
      """
    let spec = try SpecFile.read(Array(text.utf8), file: "s.yaml")
    let rows = try parse(
      Array(
        """
        GTIN;Price;Since;Weight;Unit;Pieces
        02345673;7,000.00;21.4.30;(1.250);kg;3
        02345673;;;;;
        12345673;1;;;;
        02345673;;;1e3;;0.5
        02345673;;;;;0
        """.utf8), spec: spec)
    #expect(
      rows[0].text == """
        {"pricing":{"price":{"currencyAmount":7000.00,"currencyUnit":"EUR"},"since":"1930-04-21"},\
        "shipping":{"weight":{"value":-1.250,"unit":"kg"}},"product":{"pieces":3}}
        """)
    #expect(rows[1].text == "{}")
    #expect(rows[2].codes == ["gtin_check_digit"] && rows[2].attributes == nil)
    #expect(rows[3].codes == ["invalid_number", "number_too_small"])
    #expect(rows[4].codes == ["number_too_small"])
  }

  @Test func aNameThatNoHeaderCanHave() {
    let name = String(repeating: "n", count: 201)
    let found = mistakes(
      """
      spec: x
      columns:
        - { name: GTIN, type: gtin, required: true }
        - { name: A, synonyms: [\(name)], type: text, attribute: product.title }
      """)
    #expect(found.count == 1 && found[0].contains("a name has more than 200 bytes"), "\(found)")
  }

  @Test func mistakesOfASpec() {
    expect(
      """
      spec: x
      curency: USD
      dates: { order: monthfirst }
      checkDigit: warn
      rows: { list: cost.shipnodes, key: [shipnode] }
      columns:
        - { name: GTIN, type: gtin, required: yes }
        - { name: A, type: txt, attribute: cost.shipnodes.shipnodeId }
        - { name: B, type: text, attribute: cots.x }
        - { name: C, type: text }
        - { name: D, type: date, attribute: cost.d, maxLength: 3, minimum: 1 }
        - { name: E, type: text, attribute: cost.e, notBefore: d }
        - { name: F, type: money, attribute: cost.f, minimum: x }
      """,
      [
        "2:1: unknown key “curency”", "3:17: “monthfirst” is not known here; did you mean month-first?",
        "4:13: “warn” is not known here", "5:37: no column fills a member of cost.shipnodes",
        "7:41: expected true or false",
        "8:22: “txt” is not known here",
        "9:39: “cots” is not known here; did you mean cost?", "10:5: the key “attribute” is missing",
        "11:58: maxLength is for text", "11:70: a minimum is for amounts",
        "12:58: “d” is not known here", "13:22: amounts need a currency", "13:57: “x” is not a number",
      ])
  }

  /// What is wrong with columns of a spec that has a GTIN.
  private func expect(
    top: String = "", columns: [String], checks: String = "", _ expected: [String],
    sourceLocation: Testing.SourceLocation = #_sourceLocation
  ) {
    let lines = columns.map { "  - { \($0) }" }.joined(separator: "\n")
    expect(
      "spec: x\ncurrency: USD\ndates: { order: month-first }\n\(top)\ncolumns:\n  - { name: GTIN, type: gtin }\n"
        + "\(lines)\n\(checks)", expected, sourceLocation: sourceLocation)
  }

  @Test func columnsThatNoItemTakes() {
    let rows = "rows: { list: cost.shipnodes, key: [shipnodeId, startDate], window: [startDate, endDate] }"
    let node = "name: Node, type: text, required: true, attribute: cost.shipnodes.shipnodeId"
    let cost = "name: Cost, type: money, required: true, attribute: cost.shipnodes.unitCost"
    let start = "name: Start, type: date, attribute: cost.shipnodes.startDate"
    let end = "name: End, type: date, attribute: cost.shipnodes.endDate"
    expect(top: rows, columns: [node, cost, start, end], [])
    expect(columns: [], ["6:5: nothing but the GTIN is read"])
    expect(columns: [node, cost], ["7:58: a row of cost.shipnodes is an entry"])
    expect(
      top: rows, columns: [node, cost, start, end, "name: Title, type: text, attribute: product.title"],
      ["11:43: “Title” is no member of cost.shipnodes"])
    expect(
      top: rows, columns: [node.replacing("required: true, ", with: ""), start, end],
      ["4:7: no column fills cost.shipnodes.unitCost", "7:5: each entry needs its shipnodeId"])
    expect(
      top: "rows: { list: cost.shipnodes, key: [startDate], window: [endDate, startDate] }",
      columns: [node, cost, start, end], ["4:7: the key lacks shipnodeId", "4:58: the window is not the entries' own"])
    expect(
      top: "rows: { list: cost.shipnodes, key: [shipnodeId] }",
      columns: ["name: A, type: text, attribute: product.a"], ["4:37: no column fills a member of cost.shipnodes"])
    expect(
      columns: ["name: P, type: text, attribute: pricing.price", "name: S, type: integer, attribute: shipping.cost"],
      ["7:22: pricing.price is of the type money", "8:22: shipping.cost is of the type money"])
  }

  @Test func columnsThatCannotBeRead() {
    expect(
      columns: [
        "name: A, type: list, separator: \"|\", items: enumeration, values: [\"a|b\"], attribute: product.a",
        "name: B, type: list, separator: \".\", items: decimal, attribute: product.b",
        "name: C, type: enumeration, values: [\"*\", b, B], attribute: product.c",
        "name: D, type: date, notBefore: D, attribute: product.d",
        "name: Hyperloop status, type: text, attribute: product.e",
      ], checks: "checks: [{ column: A, requires: A }]",
      [
        "7:5: “A” is checked against itself", "7:39: “|” stands in the value “a|b”", "8:39: “.” may stand in a decimal",
        "9:44: a word for “*” has no letter", "9:52: “B” and “b” share a word", "10:5: “D” is checked against itself",
        "11:5: “Hyperloop status” has the name of a column",
      ])
    expect(
      "spec: x\ncolumns:\n  - { name: GTIN, type: gtin, required: false }\n  - { name: A, type: text, attribute: cost.a }",
      ["3:41: the GTIN names the item and is always required"])
  }

  @Test func datesThatAreComparedWithNone() {
    expect(
      columns: ["name: A, type: integer, attribute: product.a"], checks: "checks: [{ column: A, notBefore: B }]",
      ["8:34: “B” is not known here; no column is a date"])
  }

  @Test func columnsThatDoNotAgree() {
    expect(
      """
      spec: x
      columns:
        - { name: GTIN, type: gtin }
        - { name: g-tin, type: gtin, attribute: offer.upc }
        - { name: A, synonyms: [b], type: text, attribute: cost.a }
        - { name: B, type: text, attribute: cost.a.b }
      """,
      [
        "4:5: a second column is the item's GTIN", "4:5: “g-tin” and “GTIN” share a name",
        "4:43: the GTIN names the item",
        "6:5: “B” and “A” share a name", "6:5: “B” and “A” fill the same attribute",
      ])
    expect("spec: x\ncolumns: []\n", ["1:1: no column is the item's GTIN"])
    expect("columns:\n  - { name: D, type: date, attribute: cost.d }\nspec: x", ["2:22: dates need an order"])
    expect("", ["1:1: expected a mapping"])
  }
}

import ScratchFiles
import SpecParser
import Testing

@Suite struct GridTemplateTests {
  /// Columns of each type, with names, bounds and lists that are hard on a template.
  private func hardSpec(named name: String = "hard") throws -> Spec {
    let sizes = (1...60).map { "Size number \($0)" }.joined(separator: ", ")
    let text = """
      spec: \(name)
      currency: JPY
      dates: { order: day-first }
      columns:
        - { name: GTIN, type: gtin, required: true }
        - { name: Size, type: enumeration, values: [\(sizes)], attribute: product.size }
        - { name: Active, type: boolean, required: true, attribute: product.active }
        - { name: Fit, type: enumeration, values: ["slim, long", wide], attribute: product.fit }
        - { name: Day, type: date, attribute: product.day }
        - { name: Price, type: money, minimum: 100, attribute: pricing.price }
        - { name: Weight, type: decimal, minimum: 0.05, maximum: 0.75, attribute: product.weight }
        - { name: Pieces, type: integer, maximum: 4, attribute: product.pieces }
        - { name: Unit, type: enumeration, values: [kg, lb], attribute: product.unit }
        - { name: Days, type: list, items: date, separator: "|", attribute: product.days }
        - { name: Tags, type: list, items: enumeration, values: [a, b], separator: "|", attribute: product.tags }
      """
    return try SpecFile.read(Array(text.utf8), file: "\(name).yaml")
  }

  private func specs() throws -> [Spec] {
    try ShippedSpecs.files.keys.map { try #require(try ShippedSpecs.spec(named: $0)) } + [hardSpec()]
  }

  @Test func `a spreadsheet sees that the header of a CSV is UTF-8`() throws {
    let header = String(decoding: GridTemplate.csv(try costSpec()), as: UTF8.self)
    #expect(header.hasPrefix("\u{FEFF}Item Gtin,Shipnode ID,"))
  }

  /// The examples and the values that drop down are filled in, and read as any merchant's.
  @Test func `all that a template offers is taken`() throws {
    for spec in try specs() {
      let workbook = try workbook(spec)
      let names = spec.columns.map(\.name)
      let examples = try examples(workbook, of: spec)
      let offered = try spec.columns.indices.map { try choices(ofColumn: $0, workbook) }
      var grid = GridTemplate.csv(spec)
      for row in 0..<max(1, offered.map(\.count).max() ?? 0) {
        let cells = names.indices.map { row < offered[$0].count ? offered[$0][row] : examples[$0] }
        grid += Array((cells.map { "\"\($0)\"" }.joined(separator: ",") + "\r\n").utf8)
      }
      let rows = try parse(grid, spec: spec)
      #expect(!rows.isEmpty)
      for row in rows { #expect(row.issues.isEmpty, "\(spec.name): \(row.issues)") }
    }
  }

  @Test func `lists that are long stand on a hidden sheet, each in a column`() throws {
    let workbook = try workbook(try hardSpec())
    #expect(workbook.sheets.map(\.name) == ["hard", "Columns explained", "Lists"])
    #expect(workbook.sheets.map(\.isHidden) == [false, false, true])
    #expect(
      workbook.sheets[0].choices == [
        "B2:B100001": "'Lists'!$A$1:$A$60", "C2:C100001": #""Yes,No""#, "D2:D100001": "'Lists'!$B$1:$B$2",
        "I2:I100001": #""kg,lb""#,
      ])
    #expect(workbook.sheets[2].texts("B") == ["slim, long", "wide"])
    #expect(workbook.sheets[0].textColumns == 1...11)
    let rules = workbook.sheets[1].texts("C")
    #expect(rules.contains("number, at least 0.05, at most 0.75"))
    #expect(rules.contains("amount in JPY, or with another currency's code, at least 100"))
  }

  @Test(arguments: ["lists", "LISTS", "History", String(repeating: "x", count: 40)])
  func `any name of a spec gives a workbook`(name: String) throws {
    let sheets = try workbook(try hardSpec(named: name)).sheets
    #expect(sheets[0].name == (name.count == 40 ? String(name.prefix(31)) : "Grid"))
  }

  @Test func `a template has no rows, and its other sheets are not taken for the grid`() throws {
    for spec in try specs() {
      let file = try ScratchFile(limit: 1 << 20)
      try GridTemplate.workbook(spec, to: file)
      let error = #expect(throws: FeedParserError.self) { _ = try parse(bytes(of: file), spec: spec) }
      #expect(error?.code == "no_rows", "\(spec.name): \(error.map(String.init(describing:)) ?? "")")
    }
  }

  private func workbook(_ spec: Spec) throws -> ColouredWorkbook {
    let file = try ScratchFile(limit: 1 << 20)
    try GridTemplate.workbook(spec, to: file)
    return try ColouredWorkbook(bytes(of: file))
  }

  /// The examples of the columns, which are explained in the grid's order.
  private func examples(_ workbook: ColouredWorkbook, of spec: Spec) throws -> [String] {
    let sheet = try #require(workbook.sheets.first { $0.name == "Columns explained" })
    #expect(sheet.texts("A", from: 2) == spec.columns.map(\.name))
    #expect(sheet.texts("B", from: 2) == spec.columns.map { $0.isRequired ? "required" : "optional" })
    return spec.columns.indices.map { index in
      let (example, type) = (sheet.cells["D\(index + 2)"]?.text ?? "", spec.columns[index].type.name)
      #expect(!example.isEmpty || ["text", "list"].contains(type), "\(spec.name), \(type)")
      // Only the merchant knows a text that makes sense.
      return type == "text" && spec.columns[index].isRequired ? "x" : example
    }
  }

  /// What drops down in a column.
  private func choices(ofColumn column: Int, _ workbook: ColouredWorkbook) throws -> [String] {
    let letter = try #require(UnicodeScalar(0x41 + column).map(String.init))
    guard let formula = workbook.sheets[0].choices.first(where: { $0.key.hasPrefix("\(letter)2:") })?.value else {
      return []
    }
    guard let cells = formula.firstMatch(of: /^'Lists'!\$(\w)\$1:\$\1\$(\d+)$/) else {
      return formula.dropFirst().dropLast().split(separator: ",").map(String.init)
    }
    let values = try #require(workbook.sheets.first { $0.name == "Lists" }).texts(String(cells.1))
    #expect(values.count == Int(cells.2))
    return values
  }
}

/// All of a temporary file.
func bytes(of file: ScratchFile) throws -> [UInt8] {
  try file.read(at: 0, atMost: file.count)
}

import JSONCodec
import SpecParser
import Testing

/// What a sheet shows of its cells beside their values: rows and columns that are hidden, parts that are struck out.
@Suite(.timeLimit(.minutes(1))) struct SheetLooksTests {
  private static let header = row("Item Gtin", "Shipnode ID", "Unit Cost", "Remark")

  private static func row(_ cells: String..., attributes: String = "") -> String {
    "<row \(attributes)>" + cells.map { "<c t='str'><v>\($0)</v></c>" }.joined() + "</row>"
  }

  private func read(
    _ rows: String, columns: String = "", sharedStrings: String? = nil, workbook limits: WorkbookLimits = .init()
  ) throws -> (rows: RowBatch, notes: [FeedNote]) {
    var workbook = Workbook(sharedStrings: sharedStrings)
    workbook.sheets[0].xml = "<worksheet>\(columns)<sheetData>\(rows)</sheetData></worksheet>"
    return try SpecParserTests.read(
      workbook.bytes(), parser: FeedParser(spec: costSpec(), limits: GridLimits(workbook: limits)), size: 1_000)
  }

  @Test(arguments: ["1", "true"]) func `hidden rows are read, and told once`(hidden: String) throws {
    var rows = Self.row("Codes", "of", "the", "columns", attributes: "hidden='1'") + Self.header
    // Totals, blank rows and those that are shown do not count.
    rows += Self.row("02345673", "1", "1") + Self.row("02345673", "2", "1", attributes: "hidden='\(hidden)'")
    rows += Self.row("", attributes: "hidden='1'") + Self.row("Total", "", "2", attributes: "hidden='1'")
    rows += Self.row("02345673", "3", "x", attributes: "hidden='0'")
    for node in 0..<1_500 { rows += Self.row("416000336108", "n\(node)", "1", attributes: "hidden='1'") }
    let (batch, notes) = try read(rows)
    #expect(batch.count == 1_503)
    let note = try #require(notes.first { $0.code == "hidden_rows" })
    #expect(note.count == 1_501 && note.severity == .note && note.examples.count == 5)
    #expect(note.examples.first?.line == 4 && note.examples.first?.value == "02345673")
    #expect(notes.count { $0.code == "hidden_rows" } == 1)
  }

  @Test func `a sheet that hides nothing gets no note`() throws {
    let (_, notes) = try read(
      Self.header + Self.row("02345673", "1", "1"), columns: "<cols><col min='1' max='9'/></cols>")
    #expect(notes.allSatisfy { !$0.code.hasPrefix("hidden") })
  }

  @Test func `hidden columns that are read are told`() throws {
    let columns = """
      <cols><col min='1' max='1' width='9'/><col min='2' max='3' hidden='1'/><col min='4' max='4' hidden='true'/>\
      <col min='9' max='16384' hidden='1'/><col min='3' max='1' hidden='1'/><col hidden='1'/></cols>
      """
    let (batch, notes) = try read(Self.header + Self.row("02345673", "1", "1"), columns: columns)
    #expect(batch.allSatisfy { !$0.isFailed })
    let note = try #require(notes.first { $0.code == "hidden_columns" })
    #expect(note.count == 2 && note.examples.map(\.value) == ["Shipnode ID", "Unit Cost"])
    #expect(note.examples.map(\.line) == [1, 1])
  }

  private static let runs: [String] = [
    "<r><rPr><strike/></rPr><t>1.50</t></r><r><t>1.24</t></r>",
    "<r><t>39</t></r><r><rPr><vertAlign val='superscript'/></rPr><t>99</t></r>",
    "<r><rPr><strike val='1'/><vertAlign val='subscript'/></rPr><t>5</t></r><r><rPr><b/></rPr><t>6</t></r>",
    // What is not seen, or not so, is no matter.
    "<r><rPr><strike/></rPr><t xml:space='preserve'> </t></r><r><t>7</t></r>",
    "<r><rPr><strike val='0'/><vertAlign val='baseline'/></rPr><t>8</t></r>", "<r><rPr><b/></rPr><t>9</t></r>",
  ]
  private static let codes = ["struck_out", "raised_text", "struck_out", nil, nil, nil]

  private func check(_ batch: RowBatch) throws {
    for (row, code) in zip(batch, Self.codes) {
      let texts = row.issues.filter { $0.column == "Shipnode ID" }
      let amounts = row.issues.filter { $0.column == "Unit Cost" && $0.code != "invalid_money" }
      #expect(texts.map(\.code) == (code.map { [$0] } ?? []))
      #expect(texts.allSatisfy { $0.severity == (code == "raised_text" ? .note : .warning) })
      #expect(amounts.map(\.code) == (code.map { [$0] } ?? []) && amounts.allSatisfy { $0.severity == .error })
      #expect(row.isFailed == (code != nil))
      #expect(row.issues.allSatisfy { !$0.column.isEmpty && $0.column != "Remark" && !$0.value.contains("\u{FFFD}") })
    }
    #expect(batch.count == Self.codes.count)
    #expect(batch[2].issues.map(\.value) == ["56", "56"])
    #expect(try batch[3].entry()["shipnodeId"]?.string == "7")
  }

  @Test(arguments: [8 << 20, 0]) func `parts of shared texts that are struck out are told`(memory: Int) throws {
    let strings = Self.runs.map { "<si>\($0)</si>" }.joined() + "<si/>"
    let rows = Self.runs.indices.map { index in
      let cell = "<c t='s'><v>\(index)</v></c>"
      return "<row><c t='str'><v>02345673</v></c>\(cell)\(cell)\(cell)<c t='s'><v>\(Self.runs.count)</v></c></row>"
    }
    try check(
      read(
        Self.header + rows.joined(), sharedStrings: strings, workbook: WorkbookLimits(sharedStringsMemory: memory)
      ).rows)
  }

  @Test func `parts of texts in their cells that are struck out are told`() throws {
    let rows = Self.runs.map { run in
      let cell = "<c t='inlineStr'><is>\(run)</is></c>"
      return "<row><c t='str'><v>02345673</v></c>\(cell)\(cell)\(cell)</row>"
    }
    try check(read(Self.header + rows.joined()).rows)
  }
}

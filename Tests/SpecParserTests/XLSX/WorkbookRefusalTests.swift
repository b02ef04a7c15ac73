import ScratchFiles
import SpecParser
import TestKit
import Testing

/// Files that are no workbook, or do harm: each is told for what it is.
@Suite(.timeLimit(.minutes(5))) struct WorkbookRefusalTests {
  private let good = Workbook(rows: "<row><c><v>1</v></c></row>")

  private func refusal(
    _ bytes: [UInt8], limits: GridLimits = GridLimits(), workbook: WorkbookLimits = WorkbookLimits()
  ) -> String? {
    code { try lines(bytes, limits: limits, workbook: workbook) }
  }

  private func with(_ part: String, _ text: String) throws -> [UInt8] {
    var workbook = good
    workbook.parts[part] = text
    return try workbook.bytes()
  }

  @Test func otherFormats() throws {
    func archive(_ names: String...) throws -> [UInt8] { try TestArchive.bytes(names.map { ($0, Array("x".utf8)) }) }
    #expect(refusal(Array("  \n<html><table></table></html>".utf8)) == "html")
    #expect(refusal(Array("a,b\n1,2\n".utf8)) == "not_a_grid")
    #expect(refusal([]) == "empty_file")
    #expect(refusal(try archive("xl/workbook.bin")) == "xlsb")
    #expect(refusal(try archive("word/document.xml")) == "docx")
    #expect(refusal(try archive("mimetype", "content.xml")) == "ods")
    #expect(refusal(try archive("cost.csv")) == "no_workbook")
    #expect(refusal(Array("PK".utf8) + [5, 6] + [UInt8](repeating: 0, count: 18)) == "no_workbook")
    var document = good
    document.parts = [
      "_rels/.rels":
        "<Relationships><Relationship Id='a' Type='x/officeDocument' Target='/word/document.xml'/></Relationships>",
      "word/document.xml": "<a/>",
    ]
    #expect(refusal(try document.bytes()) == "docx")
  }

  /// What is said of a workbook does not speak of a text file's quotes and encodings.
  @Test func workbooksAreToldOfInTheirOwnWords() throws {
    func refusal(_ rows: String, maxCellBytes: Int = 200, maxRowBytes: Int = 300) throws -> FeedParserError? {
      let workbook = try Workbook(rows: rows).bytes()
      let limits = GridLimits(maxCellBytes: maxCellBytes, maxRowBytes: maxRowBytes)
      do {
        _ = try read(workbook, parser: FeedParser(spec: costSpec(), limits: limits), size: 1_000)
        return nil
      } catch let error as FeedParserError {
        return error
      }
    }
    func cell(_ text: String) -> String { "<c t='inlineStr'><is><t>\(text)</t></is></c>" }
    func row(_ cells: String...) -> String { "<row>\(cells.map(cell).joined())</row>" }
    let header = row("Item Gtin", "Shipnode ID", "Unit Cost")
    let long = String(repeating: "x", count: 201)
    #expect(try refusal("")?.code == "no_sheet")
    #expect(try refusal(row(" "))?.code == "no_sheet")
    let errors = try [
      refusal(""), refusal(header + row("02345673", long, "1")),
      refusal(header + row("02345673", String(long.dropLast()), "1", String(long.dropLast()))),
    ]
    #expect(errors.map { $0?.code } == ["no_sheet", "cell_too_large", "row_too_large"])
    for error in errors { #expect(error?.hint.contains("quote") == false) }
    let lost = try read(
      Workbook(rows: header + row("02345673", "caf\u{FFFD}", "1")).bytes(), parser: FeedParser(spec: costSpec()))
    #expect(lost.rows[0].codes == ["invalid_text"] && lost.rows[0].issues.allSatisfy { !$0.hint.contains("CSV") })
  }

  @Test func oldAndProtectedWorkbooks() {
    let cover: [UInt8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1] + [UInt8](repeating: 0, count: 120_000 - 8)
    #expect(WorkbookSniffer.kind(of: cover) == .compoundFile)
    #expect(refusal(cover) == "old_xls")
    let name = Array("EncryptedPackage".utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(0)] })
    for place in [512, 65_536, 100_096] {
      var file = cover
      file.replaceSubrange(place..<(place + name.count), with: name)
      #expect(refusal(file) == "encrypted")
    }
  }

  @Test func encryptedAndBrokenArchives() throws {
    #expect(refusal(try good.bytes(isEncrypted: true)) == "encrypted")
    let bytes = try good.bytes()
    #expect(WorkbookSniffer.kind(of: bytes) == .archive)
    for count in [10, bytes.count / 2, bytes.count - 10] { #expect(refusal(Array(bytes[..<count])) == "truncated") }
    // A digit that changed: the XML is as good as before, the checksum is not.
    // What stands behind the rows is under the same checksum, and is not parsed.
    let rows = "<worksheet><sheetData><row><c><v>1</v></c></row></sheetData>"
    var changed = good
    changed.sheets[0].xml = rows + String(repeating: " ", count: 300_000) + "</worksheet>"
    var stored = try changed.bytes(isStored: true)
    let place = try #require(stored.indices.first { stored[$0...].starts(with: Array("<v>1".utf8)) })
    stored[place + 3] = UInt8(ascii: "2")
    #expect(refusal(stored) == "damaged_workbook")
  }

  @Test func partsThatAreMissingOrCutOff() throws {
    #expect(refusal(try with("xl/worksheets/sheet0.xml", "<worksheet><sheetData><row><c><v>1</v>")) == "truncated")
    #expect(refusal(try with("xl/worksheets/sheet0.xml", "<worksheet><sheetData></row>")) == "damaged_workbook")
    #expect(refusal(try with("xl/workbook.xml", "")) == "truncated")
    #expect(refusal(try with("xl/workbook.xml", "<workbook/>")) == "no_sheet")
    #expect(
      refusal(
        try with(
          "xl/_rels/workbook.xml.rels",
          "<Relationships><Relationship Id='s0' Type='x/worksheet' Target='worksheets/gone.xml'/></Relationships>"))
        == "damaged_workbook")
  }

  @Test func bombs() throws {
    let limits = WorkbookLimits(maxSheetBytes: 1 << 20, maxSharedStringsBytes: 1 << 20, maxPartBytes: 1 << 16)
    let zeros = String(repeating: " ", count: 4 << 20)
    for part in ["xl/worksheets/sheet0.xml", "xl/styles.xml", "xl/workbook.xml", "_rels/.rels"] {
      #expect(refusal(try with(part, "<a>\(zeros)</a>"), workbook: limits) == "zip_bomb")
    }
    var workbook = good
    workbook.sharedStrings = zeros
    #expect(refusal(try workbook.bytes(), workbook: limits) == "zip_bomb")
    #expect(
      refusal(try with("xl/worksheets/sheet0.xml", "<a>\(zeros)</a>"), workbook: WorkbookLimits(maxTotalBytes: 1 << 20))
        == "zip_bomb")
    let entities = "<!DOCTYPE a [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;'>]><a>&b;</a>"
    for part in ["xl/worksheets/sheet0.xml", "xl/styles.xml", "xl/workbook.xml", "_rels/.rels"] {
      #expect(refusal(try with(part, entities)) == "entity_bomb")
    }
    let names = (0..<5000).map { "<n\($0)/>" }.joined()
    let deep = String(repeating: "<a>", count: 100_000)
    let tag = "<a b='\(String(repeating: "x", count: 2 << 20))'/>"
    for xml in ["<a>\(names)</a>", deep, tag] {
      #expect(refusal(try with("xl/worksheets/sheet0.xml", xml)) == "workbook_limit")
    }
  }

  @Test func limitsOfTheGrid() throws {
    func refusal(_ rows: String, _ limits: GridLimits) throws -> String? {
      self.refusal(
        try Workbook(rows: rows, sharedStrings: "<si><t>\(String(repeating: "x", count: 40))</t></si>").bytes(),
        limits: limits)
    }
    let limits = GridLimits(maxCellBytes: 30, maxRowBytes: 60, maxColumns: 4)
    #expect(try refusal("<row><c t='s'><v>0</v></c></row>", limits) == "cell_too_large")
    #expect(
      try refusal("<row><c t='str'><v>\(String(repeating: "x", count: 31))</v></c></row>", limits) == "cell_too_large")
    let cell = "<c t='str'><v>\(String(repeating: "x", count: 25))</v></c>"
    #expect(try refusal("<row>\(cell)\(cell)\(cell)</row>", limits) == "row_too_large")
    #expect(try refusal("<row><c r='E1'><v>1</v></c></row>", limits) == "too_many_columns")
    #expect(try refusal("<row><c r='E1'/><c r='XFD1' s='1'/></row>", limits) == nil)
    let far = (1...100).map { "<row r='\($0)'><c r='XFD\($0)'><v>1</v></c></row>" }.joined()
    #expect(
      self.refusal(try Workbook(rows: far).bytes(), workbook: WorkbookLimits(maxCells: 1_000_000)) == "too_many_cells")
    #expect(self.refusal(try good.bytes(), workbook: WorkbookLimits(maxFileBytes: 100)) == "file_too_large")
  }

  /// What a short file can ask for: cells that no row ends, and one long text in very many cells.
  @Test func cellsWithoutARowAndTextsTooOften() throws {
    let outside = String(repeating: "<row/><c r='XFD1'><v>1</v></c>", count: 1_000)
    #expect(refusal(try Workbook(rows: outside).bytes()) == "damaged_workbook")
    for rows in [
      "<row><c><v>1</v></c><row r='5'><c><v>2</v></c></row></row>", "<row><c><c><v>1</v></c><v>2</v></c></row>",
    ] {
      #expect(refusal(try Workbook(rows: rows).bytes()) == "damaged_workbook")
    }
    let text = "<si><t>\(String(repeating: "x", count: 30_000))</t></si>"
    let often = String(repeating: "<row><c t='s'><v>0</v></c></row>", count: 100)
    let bytes = try Workbook(rows: often, sharedStrings: text).bytes()
    #expect(refusal(bytes) == nil)
    #expect(refusal(bytes, workbook: WorkbookLimits(maxSheetBytes: 1 << 20)) == "workbook_limit")
  }

  @Test func longNamesOfSheetsAreCut() throws {
    let name = String(repeating: "n", count: 400_000)
    var workbook = good
    workbook.sheets = (0..<3).map { ("\(name)\($0)", "visible", Workbook.sheet("<row><c><v>1</v></c></row>")) }
    let bytes = try workbook.bytes()
    let error = #expect(throws: FeedParserError.self) { try lines(bytes, fit: costFit) }
    #expect(error?.code == "no_sheet_fits" && error?.what.utf8.count ?? 0 < 2_000)
  }

  /// A shared text that was cut stays too long, whatever its escapes make of it.
  @Test func textsThatAreCutAreRefused() throws {
    let text = String(repeating: "_x0041_", count: 3) + String(repeating: "x", count: 30)
    let bytes = try Workbook(rows: "<row><c t='s'><v>0</v></c></row>", sharedStrings: "<si><t>\(text)</t></si>").bytes()
    #expect(refusal(bytes, limits: GridLimits(maxCellBytes: 40)) == "cell_too_large")
    #expect(refusal(bytes, limits: GridLimits(maxCellBytes: 60)) == nil)
  }

  @Test func rowsBeyondASpreadsheets() throws {
    func last(_ row: Int) throws -> [UInt8] { try Workbook(rows: "<row r='\(row)'><c><v>1</v></c></row>").bytes() }
    #expect(refusal(try last(1_048_576)) == nil)
    #expect(refusal(try last(1_048_577)) == "workbook_limit")
  }

  /// Short parts whose lists would take a hundred times their bytes.
  @Test func listsThatAreTooLong() throws {
    func many(_ element: String, _ count: Int) -> String { String(repeating: element, count: count) }
    let parts = [
      ("xl/styles.xml", "<styleSheet><cellXfs>\(many("<xf/>", 70_000))</cellXfs></styleSheet>"),
      (
        "xl/styles.xml",
        "<s><numFmts>\((0...10_000).map { "<numFmt numFmtId='\($0)' formatCode='0'/>" }.joined())</numFmts></s>"
      ),
      ("xl/workbook.xml", "<workbook><sheets>\(many("<sheet name='a'/>", 10_001))</sheets></workbook>"),
      ("_rels/.rels", "<Relationships>\(many("<Relationship Target='a'/>", 10_001))</Relationships>"),
    ]
    for (part, text) in parts { #expect(refusal(try with(part, text)) == "workbook_limit") }
  }

  @Test func noRoomIsNotTheFilesFault() throws {
    var reader = WorkbookReader(
      limits: GridLimits(spill: SpillOptions(space: ScratchSpace(folder: "/nowhere"))))
    var rows = GridRows()
    do {
      try reader.read(good.bytes(), into: &rows)
      Issue.record("it found room")
    } catch let error as FeedParserError {
      #expect(error.code == "temporary_file" && error.isSystemFault && !error.isNoGrid)
    }
  }
}

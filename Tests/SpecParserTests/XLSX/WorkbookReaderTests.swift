import SpecParser
import TestKit
import Testing

@Suite struct WorkbookReaderTests {
  private func read(_ rows: String, strings: String? = nil, formats: [String] = []) throws -> [Line] {
    var workbook = Workbook(rows: rows, sharedStrings: strings)
    workbook.formats = formats
    return try lines(workbook.bytes())
  }

  @Test func cellsOfAllKinds() throws {
    let rows = """
      <row r="1"><c r="A1" t="s"><v>1</v></c><c r="B1" t="str"><f>x</f><v>a &amp; b</v></c><c r="C1"><v>39.88</v></c>\
      <c r="D1" t="b"><v>1</v></c><c r="E1" t="b"><v>0</v></c><c r="F1" t="e"><v>#N/A</v></c>\
      <c r="G1" t="inlineStr"><is><r><t>in</t></r><r><t>line</t></r><rPh><t>no</t></rPh></is></c>\
      <c r="H1" t="d"><v>2019-04-11T00:00:00</v></c><c r="I1" t="n"><v>7</v></c></row>
      """
    let strings = "<si><t>zero</t></si><si><r><t>o</t></r><r><t>ne</t></r><rPh sb='0'><t>ワン</t></rPh></si>"
    #expect(
      try read(rows, strings: strings) == [
        Line(1, ["one", "a & b", "39.88", "TRUE", "FALSE", "#N/A", "inline", "2019-04-11", "7"])
      ])
  }

  @Test(arguments: [
    ("62145556123", "62145556123"), ("6.2145556123E+10", "62145556123"), ("1.2345E+5", "123450"), ("-.5", "-0.5"),
    ("0.30000000000000004", "0.3"), ("39.880000000000003", "39.88"), ("12345678901234567", "12345678901234567"),
    ("999999999999999.9", "1000000000000000"), ("007", "7"), ("1.50", "1.5"), ("-0", "0"), ("0.0", "0"),
    ("1e-7", "0.0000001"),
    ("1E+300", "1E+300"), ("abc", "abc"), ("1e", "1e"), ("0", "0"), ("100", "100"),
  ]) func numbers(_ written: String, _ shown: String) throws {
    #expect(try read("<row><c><v>\(written)</v></c></row>") == [Line(1, [shown])])
  }

  @Test(arguments: [
    ("0000000000000", "62145556123", "0062145556123"), ("yyyy-mm-dd", "61", "1900-03-01"),
    ("yyyy-mm-dd", "60", "1900-02-29"),
    ("yyyy-mm-dd", "59", "1900-02-28"), ("yyyy-mm-dd", "1", "1900-01-01"), ("yyyy-mm-dd", "2958465", "9999-12-31"),
    ("yyyy-mm-dd", "2958466", "2958466"), ("yyyy-mm-dd hh:mm", "43566.999999999", "2019-04-12"),
    ("yyyy-mm-dd", "43566.999999965", "2019-04-11"), ("yyyy-mm-dd hh:mm", "43566.999999965", "2019-04-11T23:59:59"),
    ("General", "1234567890123456789", "1234567890123456789"), ("General", "0.30000000000000004", "0.3"),
    ("yyyy-mm-dd hh:mm", "43566.5", "2019-04-11T12:00:00"), ("mmm", "43566", "2019-04-11"),
    ("mm:ss", "0.5", "12:00:00"),
    ("#,##0.00\\ &quot;zł&quot;", "5", "5.00 zł"), ("&quot;kr&quot; #,##0.00", "5", "kr 5.00"),
    ("#,##0.00 [$kr-41D]", "5", "5.00 SEK"), ("&quot;R$&quot; 0.00", "5", "R$5.00"), ("[Red]0.0;-0.0", "-5", "-5"),
    ("0.0%", "0.1234", "12.34%"), ("General", "5", "5"), ("#,##0", "5", "5"), ("00-00", "1234", "12-34"),
    ("GENERAL", "43566", "43566"), ("general", "5", "5"), ("ge.m.d", "43566", "2019-04-11"),
    ("&quot;SKU-&quot;0000", "5", "SKU-0005"), ("&quot;SKU-&quot;0000", "-5", "-SKU-0005"),
    ("&quot;00&quot;0", "5", "005"),
    ("\\0\\0#", "5", "005"), ("000&quot;-X&quot;", "5", "005-X"), ("000-00", "1234567", "12345-67"),
    ("#-000", "5", "-005"), ("0&quot; m2&quot;", "5", "5"), ("0000", "5.25", "0005.25"),
    ("0&quot;.&quot;00", "0.25", "000.25"),
    ("0E+00", "5", "5"), ("##0E+0", "5", "5"), ("0.00E+00", "43566", "43566"), ("# ??/100", "0.25", "0.25"),
    ("# 00/00", "5", "5"), ("0 &quot;PCS&quot;", "5", "5"), ("0 &quot;pcs&quot;", "5", "5"),
    ("0 &quot;USD&quot;", "5", "5 USD"),
    ("&quot;Total: $&quot;0.00", "5", "$5.00"), ("&quot;Total$&quot;0.00", "5", "$5.00"),
    ("[Magenta]0", "43566", "43566"),
    ("[h]:mm", "1.5", "36:00:00"), ("0_m", "43566", "43566"), ("0*y", "43566", "43566"),
    ("yyyy-mm-dd", "2958465.9999999", "9999-12-31"), ("yyyy-mm-dd hh:mm", "0.5", "12:00:00"),
  ]) func formats(_ code: String, _ written: String, _ shown: String) throws {
    #expect(try read("<row><c s='1'><v>\(written)</v></c></row>", formats: [code]) == [Line(1, [shown])])
  }

  @Test func datesOfThe1904System() throws {
    var workbook = Workbook(rows: "<row><c s='1'><v>0</v></c><c s='1'><v>42104</v></c></row>")
    workbook.formats = ["yyyy-mm-dd"]
    workbook.properties = "<workbookPr date1904='1'/>"
    #expect(try lines(workbook.bytes()) == [Line(1, ["1904-01-01", "2019-04-11"])])
    workbook.sheets[0].xml = Workbook.sheet("<row><c s='1'><v>2957003</v></c><c s='1'><v>2957004</v></c></row>")
    #expect(try lines(workbook.bytes()) == [Line(1, ["9999-12-31", "2957004"])])
  }

  /// A spreadsheet's own codes have 255 characters at most.
  @Test(.timeLimit(.minutes(5))) func codesThatAreTooLongAreNone() throws {
    let long = String(repeating: "0-", count: 65_000)
    #expect(try read("<row><c s='1'><v>5</v></c></row>", formats: [long]) == [Line(1, ["5"])])
    let longest = String(repeating: "0-", count: 127)
    let row = "<row>" + String(repeating: "<c s='1'><v>5</v></c>", count: 500) + "</row>"
    #expect(try read(String(repeating: row, count: 40), formats: [longest]).count == 40)
  }

  /// Formats of styles that are not those of cells do not count; those of cells do, whatever their number.
  @Test func formatsOfCellsAlone() throws {
    var workbook = Workbook(rows: "<row><c><v>43566</v></c><c s='1'><v>43566</v></c><c s='2'><v>43566</v></c></row>")
    func styles(_ cells: String) -> String {
      """
      <styleSheet><numFmts><numFmt numFmtId='1' formatCode='0000000'/><numFmt numFmtId='164' formatCode='0'/></numFmts>\
      <cellStyleXfs><xf numFmtId='14'/><xf numFmtId='14'/></cellStyleXfs><cellXfs>\(cells)</cellXfs>\
      <dxfs><dxf><numFmt numFmtId='164' formatCode='yyyy'/></dxf></dxfs></styleSheet>
      """
    }
    workbook.parts["xl/styles.xml"] = styles("<xf numFmtId='0'/><xf numFmtId='1'/><xf numFmtId='164'/>")
    #expect(try lines(workbook.bytes()) == [Line(1, ["43566", "0043566", "43566"])])
    // The first one is that of cells that name none.
    workbook.parts["xl/styles.xml"] = styles("<xf numFmtId='14'/><xf numFmtId='31'/><xf numFmtId='57'/>")
    #expect(try lines(workbook.bytes()) == [Line(1, ["2019-04-11", "2019-04-11", "2019-04-11"])])
  }

  /// A formula without a value is not an empty cell; one that gives an empty text is.
  @Test func formulasThatNothingHasComputed() throws {
    let rows = """
      <row><c><f>1+1</f><v></v></c><c><f>1+1</f></c><c t='n'><f t='shared' si='0'/><v/></c><c t='str'><f>""</f><v></v></c>\
      <c><f>1+1</f><v>2</v></c></row>
      """
    #expect(try read(rows) == [Line(1, ["#FORMULA!", "#FORMULA!", "#FORMULA!", "", "2"])])
  }

  @Test func valuesAsProgramsWriteThem() throws {
    let rows = """
      <row><c t='b'><v>true</v></c><c t='b'><v>false</v></c><c t='s'><v> 0 </v></c><c t='d'><v>2019-04-11T00:00:00.000Z</v></c>\
      <c t='d'><v>2019-04-11T00:00:00.500</v></c><c><v>1E+100</v></c><c><v>1E-100</v></c><c><v>1E+39</v></c></row>
      """
    #expect(
      try read(rows, strings: "<si><t>a</t></si>") == [
        Line(
          1,
          [
            "TRUE", "FALSE", "a", "2019-04-11", "2019-04-11T00:00:00.500", "1E+100", "1E-100",
            "1" + String(repeating: "0", count: 39),
          ])
      ])
  }

  @Test func placesMayBeLeftOut() throws {
    #expect(
      try read(
        "<row><c><v>1</v></c><c/><c><v>2</v></c></row><row r='5'><c r='C5'><v>3</v></c><c><v>4</v></c></row><row><c><v>5</v></c></row>"
      )
        == [Line(1, ["1", "", "2"]), Line(5, ["", "", "3", "4"]), Line(6, ["5"])])
  }

  @Test func mergedCellsHaveTheirValueOnce() throws {
    var workbook = Workbook()
    workbook.sheets[0].xml = """
      <worksheet><sheetData><row r='1'><c r='A1'><v>1</v></c><c r='B1'/></row><row r='2'><c r='A2'/><c r='B2'><v>2</v></c>\
      </row></sheetData><mergeCells><mergeCell ref='A1:A2'/></mergeCells></worksheet>
      """
    #expect(try lines(workbook.bytes()) == [Line(1, ["1"]), Line(2, ["", "2"])])
  }

  @Test(arguments: [
    "<row r='2'><c><v>1</v></c></row><row r='2'><c><v>2</v></c></row>", "<row r='2'/><row r='1'/>",
    "<row><c r='B1'><v>1</v></c><c r='A1'><v>2</v></c></row>", "<row><c r='B1'/><c r='B1'><v>2</v></c></row>",
    "<row r='0'/>",
  ]) func rowsAndCellsInAnyOtherOrderAreRefused(_ rows: String) {
    #expect(code { try read(rows) } == "rows_out_of_order")
  }

  @Test func theTopmostOfEqualTextsThatAreMissing() {
    #expect(code { try read("<row><c t='s'><v>3</v></c></row>", strings: "<si/>") } == "damaged_workbook")
  }

  @Test func theSheetWhoseHeaderFits() throws {
    var workbook = Workbook()
    func sheet(_ cells: [String]) -> String {
      Workbook.sheet("<row>\(cells.map { "<c t='str'><v>\($0)</v></c>" }.joined())</row>")
    }
    workbook.sheets = [
      ("Hidden", "hidden", sheet(["Item Gtin", "Shipnode ID"])), ("Blank", "visible", sheet([])),
      ("Notes", "visible", sheet(["Read me"])), ("Half", "visible", sheet(["Item Gtin"])),
      ("Grid", "visible", sheet(["Item Gtin", "Shipnode ID"])),
    ]
    func chosen(fit: (@Sendable (GridRow) -> HeaderFit)?) throws -> WorkbookSheet? {
      var reader = WorkbookReader(fit: fit)
      var rows = GridRows()
      try reader.read(workbook.bytes(), into: &rows)
      while try reader.finish(into: &rows) {}
      return reader.sheet
    }
    #expect(try chosen(fit: costFit)?.name == "Grid")
    #expect(try chosen(fit: nil)?.name == "Notes")
    workbook.sheets.removeLast()
    let hidden = try chosen(fit: costFit)
    #expect(hidden?.name == "Hidden" && hidden?.isHidden == true)
    workbook.sheets = Array(workbook.sheets[1...2]) + [("Other", "visible", sheet(["x"]))]
    #expect(code { try chosen(fit: costFit) } == "no_sheet_fits")
    // Whole headers before visible ones, and visible ones before those that name more.
    workbook.sheets = [
      ("Old", "hidden", sheet(["Item Gtin", "Shipnode ID", "Unit Cost", "Start Date"])),
      ("Legend", "visible", sheet(["Item Gtin", "Unit Cost", "Start Date"])),
      ("Broken", "visible", Workbook.sheet("<row r='2'/><row r='1'/>")),
      ("Mine", "visible", sheet(["Item Gtin", "Shipnode ID"])),
      ("Same", "visible", sheet(["Item Gtin", "Shipnode ID"])),
    ]
    #expect(try chosen(fit: costFit)?.name == "Mine")
    #expect(code { try lines(workbook.bytes(), workbook: WorkbookLimits(maxSheets: 2), fit: costFit) } == nil)
    #expect(try lines(workbook.bytes(), workbook: WorkbookLimits(maxSheets: 2), fit: costFit)[0].cells.count == 3)
    workbook.sheets.removeSubrange(3...)
    // What was put away is not read in place of a visible grid with a slip in its header.
    #expect(try chosen(fit: costFit)?.name == "Legend")
    workbook.sheets.remove(at: 1)
    #expect(try chosen(fit: costFit)?.name == "Old")
    workbook.sheets.removeFirst()
    workbook.sheets.append(("Notes", "visible", sheet(["Read me"])))
    #expect(code { try chosen(fit: costFit) } == "rows_out_of_order")
    workbook.sheets = [("A", "visible", sheet([])), ("B", "visible", sheet([]))]
    #expect(code { try chosen(fit: costFit) } == "no_sheet")
  }

  @Test func otherSheetsWithTheHeaderAreTold() throws {
    func sheet(_ gtin: String) -> String {
      let header = ["Item Gtin", "Shipnode ID", "Unit Cost"].map { "<c t='str'><v>\($0)</v></c>" }.joined()
      return Workbook.sheet("<row>\(header)</row><row><c><v>\(gtin)</v></c><c><v>1</v></c><c><v>5</v></c></row>")
    }
    var workbook = Workbook()
    workbook.sheets = [("East", "visible", sheet("02345673")), ("West", "visible", sheet("62145556123"))]
    workbook.sheets.append(("Old", "hidden", sheet("02345673")))
    let (rows, notes) = try SpecParserTests.read(
      workbook.bytes(), parser: FeedParser(spec: costSpec(), limits: GridLimits(sniffedBytes: 64)), size: 100)
    #expect(rows.map(\.submittedGTIN) == ["2345673"])
    let note = try #require(notes.first { $0.code == "other_sheets" })
    #expect(note.count == 1 && note.examples.map(\.value) == ["West"])
    #expect(note.description.contains("“East” was read"))
  }

  @Test func sheetsThatMayHaveBeenMeantAreTold() throws {
    func sheet(_ names: [String], _ gtin: String?) -> String {
      let header = names.map { "<c t='str'><v>\($0)</v></c>" }.joined()
      let row = gtin.map { "<row><c><v>\($0)</v></c><c><v>1</v></c><c><v>5</v></c></row>" } ?? ""
      return Workbook.sheet("<row>\(header)</row>\(row)")
    }
    func read(_ sheets: [(String, String, String)]) throws -> (gtins: [String], notes: [String]) {
      var workbook = Workbook()
      workbook.sheets = sheets
      let (rows, notes) = try SpecParserTests.read(workbook.bytes(), parser: FeedParser(spec: costSpec()), size: 500)
      return (rows.map(\.submittedGTIN), notes.map(\.code))
    }
    let whole = ["Item Gtin", "Shipnode ID", "Unit Cost"]
    let slip = ["Item Gtin", "Shipnode ID", "Unit Csot"]
    // The empty form is passed over; an archive with the whole header is read, and the slip beside it told.
    #expect(
      try read([("Form", "visible", sheet(whole, nil)), ("Grid", "visible", sheet(whole, "02345673"))])
        == (["2345673"], []))
    #expect(
      try read([("Now", "visible", sheet(slip, "62145556123")), ("Archive", "visible", sheet(whole, "02345673"))])
        == (["2345673"], ["similar_sheets"]))
    #expect(
      try read([("Read me", "visible", sheet(["Hello"], nil)), ("Kept", "hidden", sheet(whole, "02345673"))])
        == (["2345673"], ["hidden_sheet"]))
    #expect(
      code {
        try read([("Now", "visible", sheet(slip, "62145556123")), ("Backup", "hidden", sheet(whole, "02345673"))])
      } == "missing_columns")
  }

  /// Programs that compute nothing write a zero for each formula, and ask for its computation.
  @Test func zerosThatNothingHasComputed() throws {
    let rows = "<row><c><f>1+1</f><v>0</v></c><c><v>0</v></c><c><f>1+1</f><v>2</v></c><c t='str'><f>A1</f></c></row>"
    var workbook = Workbook(rows: rows)
    #expect(try lines(workbook.bytes()) == [Line(1, ["0", "0", "2", "#FORMULA!"])])
    workbook.properties = "<calcPr calcId='124519' fullCalcOnLoad='1'/>"
    #expect(try lines(workbook.bytes()) == [Line(1, ["#FORMULA!", "0", "2", "#FORMULA!"])])
  }

  @Test func whatOtherProgramsAddToACellIsNotItsValue() throws {
    let rows = """
      <row><c><v>12.5</v><extLst><ext><v>99</v></ext></extLst></c><c t='b'><v> TRUE </v></c>\
      <c><extLst><ext><f>1+1</f></ext></extLst></c><c><v>3</v></c></row>
      """
    #expect(try lines(Workbook(rows: rows).bytes()) == [Line(1, ["12.5", "TRUE", "", "3"])])
  }

  @Test func `a value behind the last column of a sheet is told, and has moved nothing`() throws {
    func row(_ cells: [String]) -> String {
      "<row>" + cells.map { "<c t='str'><v>\($0)</v></c>" }.joined() + "</row>"
    }
    let workbook = Workbook(
      rows: row(["Item Gtin", "Shipnode ID", "Unit Cost"]) + row(["02345673", "1", "5", "", "seasonal"]))
    let row = try #require(
      try SpecParserTests.read(workbook.bytes(), parser: FeedParser(spec: costSpec()), size: 1_000).rows.first)
    #expect(row.attributes != nil && row.codes == ["extra_cells"])
    #expect(row.issues.map(\.severity) == [.warning] && row.issues.map(\.value) == ["seasonal"])
  }

  /// Whoever reads can stop between two calls, whatever the workbook is full of.
  @Test func eachCallDoesABoundedPiece() throws {
    let strings = String(repeating: "<si/>", count: 100_000)
    var workbook = Workbook(
      rows: String(repeating: "<row/>", count: 50_000) + "<row><c><v>1</v></c></row>", sharedStrings: strings)
    workbook.sheets.append(("Other", "visible", workbook.sheets[0].xml))
    var reader = WorkbookReader(fit: costFit)
    var (rows, calls) = (GridRows(), 1)
    try reader.read(workbook.bytes(), into: &rows)
    do {
      while try reader.finish(into: &rows) { calls += 1 }
    } catch {
      #expect(error.code == "no_sheet_fits")
    }
    // Half a megabyte of strings and twice a quarter of sheets, in pieces of 64 KiB.
    #expect(calls > 15)
  }

  @Test(arguments: [
    ("../xl/./worksheets/sheet0.xml", "xl/worksheets/sheet0.xml"),
    ("worksheets\\sheet0.xml", "XL\\worksheets\\SHEET0.xml"),
    ("/xl/worksheets/sheet0.xml", "/xl/worksheets/sheet0.xml"), ("my%20sheet%2.xml", "xl/my sheet%2.xml"),
    ("/xl/a/../b.xml", "xl/b.xml"),
  ]) func partsByAnyName(_ target: String, _ entry: String) throws {
    var workbook = Workbook(rows: "<row><c><v>1</v></c></row>")
    workbook.parts["xl/_rels/workbook.xml.rels"] = """
      <Relationships><Relationship Id='s0' Type='x/worksheet' Target='http://away.example/sheet.xml' TargetMode='External'/>\
      <Relationship Id='s0' Type='x/worksheet' Target='\(target)'/></Relationships>
      """
    let entries = workbook.entries.map {
      $0.name == "xl/worksheets/sheet0.xml" ? (entry, $0.bytes) : ($0.name, $0.bytes)
    }
    #expect(try lines(TestArchive.bytes(entries)) == [Line(1, ["1"])])
  }

  /// Of entries with one name the first counts, as it does for spreadsheets.
  @Test func theFirstOfEqualNames() throws {
    let first = Workbook.sheet("<row><c><v>1</v></c></row>")
    let second = Workbook.sheet("<row><c><v>2</v></c></row>")
    let entries = Workbook(rows: "").entries.filter { $0.name != "xl/worksheets/sheet0.xml" }
    let sheets = [("xl/worksheets/sheet0.xml", Array(first.utf8)), ("xl/worksheets/SHEET0.xml", Array(second.utf8))]
    #expect(try lines(TestArchive.bytes(entries + sheets)) == [Line(1, ["1"])])
    #expect(try lines(TestArchive.bytes(entries + sheets.reversed())) == [Line(1, ["2"])])
  }

  /// A million formatted cells and rows: nothing of them is left but the numbers of the rows behind them.
  @Test(.timeLimit(.minutes(5))) func blankCellsAndRowsCostNothing() throws {
    let blank = "<row>" + String(repeating: "<c s='1'/>", count: 200) + "</row>"
    let rows = String(repeating: blank, count: 1000) + String(repeating: "<row/>", count: 500_000)
    #expect(
      try read("<row><c><v>1</v></c></row>\(rows)<row><c><v>2</v></c></row>") == [Line(1, ["1"]), Line(501_002, ["2"])])
  }

  /// A short file can mean much: every row names a long text, or a cell far to the right.
  @Test(arguments: [true, false]) func rowsComeInBoundedBatches(isText: Bool) throws {
    let cell = isText ? "<c t='s'><v>0</v></c>" : "<c r='XFD#'><v>1</v></c>"
    let rows = (1...1000).map { "<row>\(cell.replacing("#", with: "\($0)"))</row>" }.joined()
    let text = String(repeating: "x", count: 100_000)
    var reader = WorkbookReader()
    var (grid, total, largest) = (GridRows(), 0, 0)
    try reader.read(Workbook(rows: rows, sharedStrings: "<si><t>\(text)</t></si>").bytes(), into: &grid)
    var hasMore = true
    while hasMore {
      hasMore = try reader.finish(into: &grid)
      total += grid.count
      largest = max(largest, grid.count)
      grid.removeComplete()
    }
    #expect(total == 1000)
    #expect(largest < 100)
  }

  /// Strings beyond the memory that they may take are read from a file, in any order.
  @Test func sharedStringsOnDisk() throws {
    let texts = (0..<20_000).map { "text number \($0) \(String(repeating: "x", count: $0 % 97))" }
    let order = (0..<20_000).map { ($0 * 7919) % 20_000 }
    let workbook = Workbook(
      rows: order.map { "<row><c t='s'><v>\($0)</v></c></row>" }.joined(),
      sharedStrings: texts.map { "<si><t>\($0)</t></si>" }.joined())
    let read = try lines(workbook.bytes(), workbook: WorkbookLimits(sharedStringsMemory: 10_000))
    #expect(read.map(\.cells) == order.map { [texts[$0]] })
  }
}

/// The code of the error that `body` throws; nil when it throws none.
func code<Result>(_ body: () throws -> Result) -> String? {
  do {
    _ = try body()
    return nil
  } catch {
    return (error as? FeedParserError)?.code ?? "\(error)"
  }
}

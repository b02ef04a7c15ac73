import SpecParser
import Testing

@Suite struct HeaderTests {
  private func read(_ grid: String, spec: String) throws -> (rows: RowBatch, notes: [FeedNote]) {
    let spec = try #require(try ShippedSpecs.spec(named: spec))
    return try SpecParserTests.read(Array(grid.utf8), parser: FeedParser(spec: spec), size: 100)
  }

  @Test func `columns that are not known are told, the misspelled ones first`() throws {
    let notes = try read(
      "Item Gtin,Colour,Shipnode ID,Unit Cost,Cost Strat Date\n02345673,red,1,5,4-11-19\n", spec: "cost"
    ).notes
    #expect(notes.map(\.code) == ["unknown_column", "unknown_column"])
    #expect(notes.map(\.column) == ["Cost Strat Date", "Colour"])
    #expect(notes.map(\.severity) == [.warning, .note])
    #expect(notes[0].description.contains("Did you mean “Cost Start Date”?"))
    #expect(!notes[1].description.contains("Did you mean"))
    #expect(notes[0].examples.map(\.line) == [1] && notes[0].examples.map(\.value) == ["Cost Strat Date"])
  }

  @Test func `thousands of columns that are not known are counted`() throws {
    let names = (0..<2_000).map { "column \($0)" }.joined(separator: ",")
    let notes = try read("Item Gtin,Price,\(names)\n02345673,1\n", spec: "price").notes
    #expect(try read("GTIN,Price,Hyperloop status,,Hyperloop hints\n02345673,1,FAILED\n", spec: "price").notes.isEmpty)
    #expect(notes.count == 101 && notes.reduce(0) { $0 + $1.count } == 2_000)
  }

  @Test func `a grid with nothing but GTINs changes nothing`() throws {
    let error = #expect(throws: FeedParserError.self) {
      try read("Barcode,Titel,Marke\n02345673,Hat,Acme\n", spec: "item")
    }
    #expect(error?.code == "no_columns" && error?.line == 1)
    // A letterhead that names the GTIN is no header.
    #expect(try read("GTIN,of Acme\nGTIN,Title\n02345673,Hat\n", spec: "item").rows.map(\.line) == [3])
  }

  @Test(arguments: [
    ("Unit Cost (€)", "$5", "The amount is in USD, but the column's name says EUR."),
    ("Unit Cost (USD)", "5 EUR", "The amount is in EUR, but the column's name says USD."),
    ("Unit Cost ($)", "5 CAD", nil), ("Unit Cost (CAD)", "$5", nil), ("Unit Cost (USD)", "$5", nil),
    ("Unit Cost", "5 CAD", nil),
  ]) func `an amount is not in another currency than its column's name says`(
    name: String, cell: String, description: String?
  ) throws {
    let issues = try read("GTIN,Shipnode,\(name)\n02345673,1,\(cell)\n", spec: "cost").rows.flatMap(\.issues)
    #expect(issues.map(\.description) == (description.map { [$0] } ?? []))
    #expect(issues.allSatisfy { $0.code == "currency_contradicted" && $0.value == cell })
  }

  @Test func `a column of currencies is told by its own name and value`() throws {
    let grid = "GTIN,Shipnode,Unit Cost,Currency\n02345673,1,5,Dollars\n02345673,2,$5,EUR\n02345673,3,kr 5,SEK\n"
    let issues = try read(grid, spec: "cost").rows.flatMap(\.issues)
    #expect(issues.map(\.column) == ["Currency", "Unit Cost", "Unit Cost"])
    #expect(issues.map(\.value) == ["Dollars", "$5", "kr 5"])
    #expect(issues[1].description == "The amount is in USD, but the row's column of currencies says EUR.")
    #expect(issues[1].hint == "Name one currency, USD or EUR.")
    // The spec's own currency is no news, wherever it stands.
    #expect(try read("GTIN,Shipnode,Unit Cost (USD)\n02345673,1,5\n", spec: "cost").notes.isEmpty)
  }

  @Test func `a row with nothing but its GTIN is told`() throws {
    let rows = try read("GTIN,Title,Brand\n02345673,,\n02345673,Hat,n/a\n02345673,n/a,\nx,,\n", spec: "item").rows
    #expect(rows.map(\.codes) == [["empty_row"], [], ["empty_row"], ["gtin_not_digits"]])
    #expect(rows.map(\.isFailed) == [false, false, false, true])
  }

  @Test func `rows of whole items with a bad GTIN are no definitions`() throws {
    let rows = try read(
      "GTIN,Title,Brand\n6.21456E+10,Shoes,Acme\nSKU-77,Coat,Acme\n416000336108,Hat,Acme\n", spec: "item"
    ).rows
    #expect(rows.map(\.codes) == [["gtin_scientific"], ["gtin_not_digits"], []])
  }

  @Test func `what is taken for a description is told by its first cells`() throws {
    let grid = "Item Gtin,Shipnode ID,Unit Cost\nunknown, ,call us\nRequired,Text,Amount\n02345673,1,2\n"
    let note = try #require(try read(grid, spec: "cost").notes.first)
    #expect(note.code == "definition_row" && note.examples.map(\.line) == [2, 3])
    #expect(note.examples.map(\.value) == ["unknown | call us", "Required | Text | Amount"])
  }

  /// Whose only value is a title has forgotten the GTIN; a sentence in the GTIN's place names no item.
  @Test func `a row that lacks its GTIN alone is no remark`() throws {
    let (rows, notes) = try read("GTIN,Title\n,Blue Hat\nPrices of spring,\n02345673,Cap\n", spec: "item")
    #expect(rows.map(\.line) == [2, 4] && rows.map(\.codes) == [["missing_value"], []])
    #expect(notes.map(\.code) == ["remark_row"] && notes[0].examples.map(\.line) == [3])
  }

  @Test func `values of columns without a name are told with the first of them`() throws {
    let grid = ",GTIN,,Title,,\n1,02345673,x,Hat,,\n2,416000336108,,Cap,,\n"
    let (rows, notes) = try read(grid, spec: "item")
    #expect(rows.map(\.codes) == [[], []])
    #expect(notes.map(\.code) == ["unnamed_column"] && notes[0].count == 3 && notes[0].severity == .warning)
    #expect(notes[0].examples.map(\.value) == ["1", "x", "2"])
  }

  @Test func `a name that has no end is cut in messages`() throws {
    let long = "Unit Cost" + String(repeating: "!", count: 100_000)
    let rows = try read("Item Gtin,Shipnode ID,\(long)\n02345673,1,ü\n", spec: "cost").rows
    #expect(try #require(rows.first?.issues.first).column.utf8.count <= 203)
    let value = String(repeating: "x", count: 199) + "üü"
    let issue = try #require(try row(cost: value).issues.first)
    #expect(issue.value == String(repeating: "x", count: 199) + "…")
  }
}

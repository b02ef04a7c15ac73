import ItemModel
import JSONCodec
import Randomness
import SpecParser
import Testing

@Suite struct FeedParserTests {
  private let header =
    "Item Gtin,Shipnode ID,Unit Cost,Allow other merchants to change cost,Cost Start Date,Cost End Date"

  @Test(arguments: [1, 5, 1_000]) func fixtureGrid(_ size: Int) throws {
    let rows = try parse(fixture("grids/cost.csv"), spec: costSpec(), size: size)
    let expected = try lines("grids/cost.expected.ndjson")
    #expect(rows.count == 2)
    for (row, expected) in zip(rows, expected) {
      let object = try JSONDocument(expected).root
      #expect(row.submittedGTIN == object["gtin"]?.string)
      #expect(row.gtin?.text14 == object["gtin14"]?.string)
      #expect(row.text == object["attributes"].map { String(decoding: $0.rawBytes, as: UTF8.self) })
      #expect(row.codes == ["gtin_check_digit"])
      #expect(row.issues.first?.severity == .warning)
    }
    #expect(rows.map(\.index) == [0, 1])
    #expect(rows.map(\.line) == [2, 3])
  }

  @Test func badCells() throws {
    let rows = try parse(fixture("grids/cost-bad-cells.csv"), spec: costSpec())
    let found = rows.flatMap { row in
      row.issues.map { "\(row.index) \($0.line) \($0.severity.rawValue) \($0.code) \($0.field) [\($0.value)]" }
    }
    let expected = try String(decoding: fixture("grids/cost-bad-cells.expected.txt"), as: UTF8.self)
    #expect(found.joined(separator: "\n") + "\n" == expected)
    #expect(rows.filter { $0.attributes != nil }.map(\.index) == [0, 9])
    for issue in rows.flatMap(\.issues) { #expect(!issue.description.isEmpty && !issue.column.isEmpty) }
  }

  @Test(arguments: [1, 13, 65_536]) func aSecondHeaderEndsTheGridWhateverThePieces(_ size: Int) throws {
    let grid =
      Array("Item Gtin,Shipnode ID,Unit Cost\n02345673,1,39.88\nUnit Cost,Item Gtin,Shipnode ID\n1,02345673,Caf".utf8)
      + [0xE9, 0x0A]
    var parser = FeedParser(spec: try costSpec())
    var batch = RowBatch()
    let error = #expect(throws: FeedParserError.self) {
      for piece in pieces(grid, size) { try parser.feed(chunk: piece, into: &batch) }
      while try parser.finish(into: &batch) {}
    }
    #expect(error?.code == "other_header")
    #expect(batch.count == 1)
    // The letter that is no UTF-8 stands beneath it.
    #expect(parser.notes.isEmpty)
  }

  @Test func headersAreFoundByNameAnywhereNearTheTop() throws {
    let rows = try parse("Cost,Unit Cost,Acme Ltd\n\nCosts of spring;,\nunit_cost,NODE-ID, item gtin \n$1,7,02345673\n")
    #expect(rows.map(\.line) == [5])
    #expect(try rows.first?.entry()["shipnodeId"]?.string == "7")
  }

  @Test func blankAndRaggedRows() throws {
    let rows = try parse("\(header)\n\n02345673,1,2\n , ,,\n02345673,3,4,,,,,,\n02345673,5,6,,,,,extra\n\n\n")
    #expect(rows.map(\.index) == [0, 1, 2])
    #expect(rows.map(\.line) == [3, 5, 6])
    #expect(rows.map(\.codes) == [[], [], ["extra_cells"]])
    #expect(rows[2].isFailed && rows[2].issues.first?.value == "extra")
  }

  @Test(arguments: [
    ("", "empty_file"), ("\n\n \n", "empty_file"), ("a,b\n1,2\n", "no_header"),
    ("Item Gtin,Shipnode ID\n1,2\n", "missing_columns"), ("Item Gtin,Shipnode ID,Unit Cost\n", "no_rows"),
    ("Item Gtin,GTIN,Shipnode ID,Unit Cost\n", "duplicate_column"),
  ]) func headerProblems(_ grid: String, _ code: String) throws {
    let error = #expect(throws: FeedParserError.self) { try parse(grid) }
    #expect(error?.code == code)
    #expect(GridSniffer.check(Array(grid.utf8), spec: try costSpec(), isWhole: true)?.code == code)
  }

  @Test func missingColumnsAreNamed() throws {
    let error = #expect(throws: FeedParserError.self) { try parse("Item Gtin,Shipnode ID,Costs\n1,2,3\n") }
    #expect(error?.what == "The header lacks the column Unit Cost.")
    #expect(error?.line == 1)
  }

  @Test(
    arguments: [
      ([0x50, 0x4B, 3, 4, 20], "truncated"), ([0xD0, 0xCF, 0x11, 0xE0], "old_xls"),
      (Array("%PDF-1.7".utf8), "not_a_grid"),
      (Array("\u{FEFF}  <!DOCTYPE html>".utf8), "not_a_grid"), (Array("{\"a\":1}".utf8), "not_a_grid"),
      (Array("a,b\n\0\0,".utf8), "not_a_grid"), ([1, 2, 3, 0x61, 0x2C, 0x62], "not_a_grid"),
      ([0x1F, 0x8B, 8], "not_a_grid"), ([], "empty_file"), (Array(" \n".utf8), "empty_file"),
      (Array("Rar!\u{1A}".utf8), "not_a_grid"), (Array("PAR1".utf8), "not_a_grid"),
      (Array("[\n {\"a\"".utf8), "not_a_grid"),
      (Array("{\\rtf1".utf8), "not_a_grid"), (Array("<?xml version='1.0'?>".utf8), "not_a_grid"),
    ] as [([UInt8], String)]) func whatIsNoGrid(_ bytes: [UInt8], _ code: String) throws
  {
    #expect(GridSniffer.check(bytes, spec: try costSpec(), isWhole: true)?.code == code)
  }

  @Test func whatIsAGrid() throws {
    #expect(GridSniffer.check(try fixture("grids/cost.csv"), spec: try costSpec(), isWhole: true) == nil)
    #expect(GridSniffer.check([], spec: try costSpec(), isWhole: false) == nil)
    for letterhead in ["[Internal] Acme", "{Acme}", "<< Acme >>", "<3 prices"] {
      let grid = Array("\(letterhead)\n\(header)\n02345673,1,2\n".utf8)
      #expect(GridSniffer.check(grid, spec: try costSpec(), isWhole: true) == nil)
    }
    let long = Array((header + "\n" + String(repeating: "02345673,1,2\n", count: 6_000)).utf8)
    #expect(GridSniffer.check(Array(long.prefix(GridSniffer.window)), spec: try costSpec(), isWhole: false) == nil)
  }

  @Test func rowsOfOneItemBecomeOneChange() throws {
    let rows = try parse(
      "\(header)\n02345673,1,2\n416000336108,9,9\n00000002345673,2,3,Yes\n02345673,x,bad\n02345673,3,4.5\n")
    let merged = RowMerger.merge(rows)
    #expect(merged.map(\.submittedGTIN) == ["02345673", "416000336108"])
    #expect(merged.map(\.rows) == [[0, 2, 4], [1]])
    let nodes = try #require(try JSONDocument(merged[0].attributes).root[path: ["cost", "shipnodes"]])
    #expect(nodes.elements.map { $0["shipnodeId"]?.string } == ["1", "2", "3"])
    #expect(String(decoding: merged[1].attributes, as: UTF8.self) == rows[1].text)
  }

  @Test func aLargeFileInChunksGivesWhatTheWholeGives() throws {
    var random = SeededRandom(seed: 11)
    var grid = header + "\r\n"
    for index in 0..<3_000 {
      grid +=
        "416000336108,node \(index),\"$1,\(Int.random(in: 100...999, using: &random)).\(index % 10)\",No,4-11-19,\r\n"
    }
    let bytes = Array(grid.utf8)
    let whole = try parse(bytes, spec: costSpec(), size: bytes.count)
    #expect(whole.count == 3_000)
    for size in [1_000, 64 * 1024, 65_537] {
      let rows = try parse(bytes, spec: costSpec(), size: size)
      #expect(rows.map(\.attributes) == whole.map(\.attributes))
      #expect(rows.map(\.line) == whole.map(\.line))
    }
  }

  private func lines(_ path: String) throws -> [[UInt8]] {
    try fixture(path).split(separator: 0x0A).map(Array.init)
  }
}

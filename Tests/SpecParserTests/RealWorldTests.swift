import JSONCodec
@testable import SpecParser
import Randomness
import Testing

/// Files as merchants' programs write them.
@Suite struct RealWorldTests {
  private let header = "Item Gtin,Shipnode ID,Unit Cost"

  private func read(_ text: String, size: Int = 7) throws -> (rows: RowBatch, notes: [FeedNote]) {
    try read(Array(text.utf8), size: size)
  }

  private func read(_ bytes: [UInt8], size: Int = 7) throws -> (rows: RowBatch, notes: [FeedNote]) {
    try SpecParserTests.read(
      bytes, parser: FeedParser(spec: costSpec(), limits: GridLimits(sniffedBytes: 256)), size: size)
  }

  private func nodes(_ rows: RowBatch) throws -> [String?] { try rows.map { try $0.entry()["shipnodeId"]?.string } }

  private func utf16(_ text: String, bigEndian: Bool, mark: Bool) -> [UInt8] {
    ((mark ? "\u{FEFF}" : "") + text).utf16.flatMap { unit in
      let (high, low) = (UInt8(unit >> 8), UInt8(unit & 0xFF))
      return bigEndian ? [high, low] : [low, high]
    }
  }

  @Test(arguments: [1, 2, 3, 64, 10_000], [true, false]) func utf16(_ size: Int, _ bigEndian: Bool) throws {
    let text = header + "\r\n02345673,Zürich 😀,1\r\n02345673,…,2\r\n"
    for mark in [true, false] {
      let rows = try read(utf16(text, bigEndian: bigEndian, mark: mark), size: size).rows
      #expect(try nodes(rows) == ["Zürich 😀", "…"])
    }
  }

  @Test(arguments: [1, 3, 10_000]) func windows1252(_ size: Int) throws {
    var grid = Array((header + "\n02345673,caf").utf8) + [0xE9, 0x2C, 0x80] + Array("5\n02345673,".utf8)
    grid += [0x93, 0xE4, 0x94] + Array(",£1\n".utf8)
    // The last amount's sign is UTF-8, which contradicts what the file began with, and so does a byte without meaning.
    grid += Array("02345673,".utf8) + [0x81] + Array(",1\n".utf8)
    let rows = try read(grid, size: size).rows
    #expect(rows.map(\.codes) == [[], ["invalid_money"], ["control_character"]])
    #expect(try rows[0].entry()["shipnodeId"]?.string == "café")
    #expect(try rows[0].entry()["unitCost"]?["currencyUnit"]?.string == "EUR")
  }

  @Test func aFileInUTF8StaysInUTF8() throws {
    let grid = Array((header + "\n02345673,é,1\n02345673,caf").utf8) + [0xE9] + Array(",1\n02345673,ü,1\n".utf8)
    for size in [1, 2, 1_000] {
      #expect(try read(grid, size: size).rows.map(\.codes) == [[], ["invalid_text"], []])
    }
  }

  @Test(arguments: ["sep=;\r\n", "\u{FEFF}sep=;\n", "\"sep=;\"\n"]) func separatorLine(_ line: String) throws {
    let rows = try read(line + "Item Gtin;Shipnode ID;Unit Cost\n02345673;a,b;1\n").rows
    #expect(try nodes(rows) == ["a,b"])
    #expect(rows.map(\.line) == [2])
  }

  @Test func theDelimiterIsTheOneThatDividesTheHeader() throws {
    let rows = try read("Costs, spring, of, Acme\nItem Gtin;Shipnode ID;Unit Cost\n02345673;a,b,c,d;1\n").rows
    #expect(try nodes(rows) == ["a,b,c,d"])
  }

  @Test func declaredDelimiter() throws {
    let text = """
      spec: x
      delimiter: pipe
      columns:
        - { name: GTIN, type: gtin, required: true }
        - { name: V, type: text, attribute: product.v }
      """
    let rows = try parse(
      Array("GTIN|V\n02345673|a,b,c\n".utf8), spec: SpecFile.read(Array(text.utf8), file: "x.yaml"))
    #expect(rows[0].text == #"{"product":{"v":"a,b,c"}}"#)
  }

  @Test(arguments: [1, 50, 10_000]) func decimalCommas(_ size: Int) throws {
    let head = "Item Gtin;Shipnode ID;Unit Cost\n"
    let (rows, notes) = try read(head + "02345673;1;39,88\n02345673;2;1.234,56 EUR\n02345673;3;1.234\n", size: size)
    #expect(
      try rows.map { try $0.entry()["unitCost"]?["currencyAmount"]?.numberText } == ["39.88", "1234.56", "1234.00"])
    #expect(
      notes.map(\.code) == ["normalised_number", "other_currency"] && notes.map(\.count) == [3, 1]
        && notes[0].column == "Unit Cost")
    // Both marks: none is guessed.
    #expect(
      try read(head + "02345673;1;39,88\n02345673;2;39.88\n", size: size).rows.map(\.codes) == [["invalid_money"], []])
    // A comma that divides cells cannot be meant.
    #expect(try read(header + "\n02345673,1,\"39,88\"\n").rows.map(\.codes) == [["invalid_money"]])
    #expect(try read(header + "\n02345673,1,\"0,125\"\n").rows.map(\.codes) == [["invalid_money"]])
  }

  @Test func aColumnsEvidenceDecidesForTheWholeFile() throws {
    let spec = try costSpec()
    let grid = Array((header + "\n02345673,1,\"39,88\"\n02345673,2,\"1,5\"\n").utf8)
    var pass = FeedParser(spec: spec, gathersEvidence: true)
    var batch = RowBatch()
    try pass.feed(chunk: grid, into: &batch)
    while try pass.finish(into: &batch) {}
    let readings = try #require(pass.evidence?.readings)
    let rows = try SpecParserTests.read(grid, parser: FeedParser(spec: spec, readings: readings)).rows
    #expect(try rows.map { try $0.entry()["unitCost"]?["currencyAmount"]?.numberText } == ["39.88", "1.50"])
  }

  @Test(arguments: [1, 40, 10_000]) func definitionsBeneathTheHeader(_ size: Int) throws {
    let (rows, notes) = try read(
      header + "\nRequired,Required,Required\n\n12 or 14 digits,text,an amount\n02345673,1,2\nbad,x,y\n", size: size)
    #expect(rows.map(\.line) == [5, 6])
    #expect(rows.map(\.isFailed) == [false, true])
    #expect(notes.map(\.code) == ["definition_row"] && notes[0].count == 2 && notes[0].examples.map(\.line) == [2, 4])
    // A bad row is no definition when the next is as bad.
    #expect(try read(header + "\nabc,def,ghi\nx,y,z\n", size: size).rows.count == 2)
    #expect(try read(header + "\nabc,def,ghi\n", size: size).rows.count == 1)
    #expect(try read(header + "\nabc,def,1\n02345673,y,1\n", size: size).rows.count == 2)
    // Nor one whose GTIN somebody may have meant.
    for gtin in ["6.21456E+10", "ABC-1", "SKU 77", "n/a", "#REF!", "12345", ""] {
      #expect(try read(header + "\n\(gtin),Berlin,free\n02345673,y,1\n", size: size).rows.count == 2, "\(gtin)")
    }
  }

  /// How long a definition waits for the row behind it does not depend on how much has come at once.
  @Test(arguments: [1, 40, 1_000_000]) func definitionsFarAboveTheRows(_ size: Int) throws {
    let definition = header + "\nRequired,Required,Required\n"
    let near = definition + String(repeating: ",,\n", count: 60) + "02345673,1,2\n"
    #expect(try read(near, size: size).rows.map(\.line) == [63])
    let far = definition + String(repeating: ",,\n", count: 100) + "02345673,1,2\n"
    #expect(try read(far, size: size).rows.map(\.line) == [2, 103])
  }

  /// A short row may have thousands of cells that nobody reads; those that are read are told, wherever they stand.
  @Test func cellsInDoubtThatAreNotReadAreToldOnce() throws {
    let names = (0..<500).map { "x\($0)" }.joined(separator: ",")
    let doubts = Array(repeating: #""a"b"#, count: 500).joined(separator: ",")
    let rows = try read("Item Gtin,\(names),Shipnode ID,Unit Cost\n02345673,\(doubts),\"1\"2,\"2\"1.24\n").rows
    #expect(rows.map { $0.issues.map(\.column) } == [["x0", "Shipnode ID", "Unit Cost"]])
    #expect(rows.map(\.isFailed) == [true])
  }

  @Test func longCellsInTheGTINsPlaceAreCut() throws {
    let long = String(repeating: "x", count: 100_000)
    let rows = try read(header + "\n\(long),1,2\n0\(String(repeating: " ", count: 300))2345673,1,2\n").rows
    #expect(rows.map(\.issues.first?.code) == ["gtin_length", "gtin_length"])
    #expect(rows.allSatisfy { $0.submittedGTIN.utf8.count < 300 })
  }

  @Test func headersAndTotalsBetweenRows() throws {
    let (rows, notes) = try read(
      header
        + "\n02345673,1,2\n\nitem gtin,Shipnode-ID,Unit Cost\n02345673,2,3\nTotal,,5\nGrand total:,,\n,,5\n,Total,5\n")
    #expect(rows.map(\.line) == [2, 5, 8, 9])
    #expect(rows.map(\.index) == [0, 1, 2, 3])
    #expect(notes.map(\.code) == ["repeated_header", "total_row"] && notes.map(\.count) == [1, 2])
  }

  @Test func placeholdersAreCountedOnce() throws {
    let grid = "Item Gtin,Shipnode ID,Unit Cost,Start Date\n" + String(repeating: "02345673,1,2,n/a\n", count: 20)
    let (rows, notes) = try read(grid)
    #expect(rows.allSatisfy { $0.issues.isEmpty })
    #expect(notes.count == 1 && notes[0].code == "placeholder" && notes[0].count == 20 && notes[0].examples.count == 5)
    #expect(notes[0].column == "Start Date" && notes[0].field == "cost.shipnodes.startDate")
  }

  @Test func zeros() throws {
    let rows = try read(header + "\n02345673\0\0,1\0,2\n\0\0,\0,\n02345673,a\0b,2\n02\0345673,1,1\n").rows
    #expect(rows.map(\.codes) == [[], ["control_character"], ["gtin_not_digits"]])
    #expect(rows[0].submittedGTIN == "02345673")
    for issue in rows.flatMap(\.issues) { #expect(!issue.value.utf8.contains(0)) }
  }

  @Test func rowsBeforeABreakStand() throws {
    var parser = FeedParser(spec: try costSpec(), limits: GridLimits(maxColumns: 5, sniffedBytes: 16))
    var batch = RowBatch()
    let error = #expect(throws: FeedParserError.self) {
      try parser.feed(chunk: Array("\(header)\n02345673,1,2\n1,2,3,4,5,6,7\n02345673,1,2\n".utf8), into: &batch)
    }
    #expect(error?.code == "too_many_columns" && error?.line == 3)
    #expect(batch.map(\.line) == [2])
  }

  @Test func partsOfABatch() throws {
    var grid = header + "\n"
    for row in 0..<50 { grid += "02345673,node \(row),\(row % 7 == 0 ? "x" : "1")\n" }
    let whole = try read(grid).rows
    var rest = whole
    var parts: [RowBatch] = []
    while !rest.isEmpty { parts.append(rest.takeFirst(7)) }
    #expect(parts.map(\.count) == [7, 7, 7, 7, 7, 7, 7, 1])
    #expect(parts.flatMap { $0.map(\.text) } == whole.map(\.text))
    #expect(parts.flatMap { $0.map(\.codes) } == whole.map(\.codes))
    #expect(parts.flatMap { $0.map(\.submittedGTIN) } == whole.map(\.submittedGTIN))
    // The same when the rows before were read already.
    let later = try SpecParserTests.read(
      Array(grid.utf8), parser: FeedParser(spec: costSpec(), firstRow: 20, limits: GridLimits(sniffedBytes: 64))
    ).rows
    #expect(later.map(\.index) == Array(20..<50))
    #expect(later.map(\.text) == whole[20...].map(\.text))
    // What was passed over leaves nothing behind.
    #expect(later.text.count < whole.text.count * 2 / 3)
  }

  @Test func factsOfRows() throws {
    let rows = try read(
      "Item Gtin,Shipnode ID,Unit Cost,Start Date,End Date\n02345673,1,2,4-1-19,4-2-19\n2345673,1,2,,\n"
        + "00000002345673,1,$2.00,2019-04-01,2019-04-02\n02345673,1,3,,\n02345673,2,3,,\n"
    ).rows
    let facts = rows.indices.map { rows.facts(of: $0) }
    #expect(facts[1] == nil)
    #expect(facts[0]?.content == facts[2]?.content && facts[0]?.key == facts[2]?.key)
    #expect(facts[0]?.start == 20_190_401 && facts[0]?.end == 20_190_402)
    #expect(facts[3]?.start == .min && facts[3]?.end == .max)
    #expect(facts[3]?.content != facts[0]?.content && facts[3]?.key == facts[0]?.key)
    #expect(facts[4]?.key != facts[3]?.key)
    #expect(facts[0]?.item == 2_345_673 && facts[2]?.line == 4 && facts[2]?.row == 2)
  }

  /// Any grid, written in any encoding, comes back whatever the chunks are.
  @Test(arguments: 0..<60) func writtenGridsComeBack(_ seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let alphabet = ["a", "é", "\"", ",", ";", "\t", "|", "\n", "\r\n", " ", "1", "…", "😀", ""]
    let delimiter = try #require([",", ";", "\t", "|"].randomElement(using: &random))
    let grid = (0..<Int.random(in: 1...30, using: &random)).map { _ in
      (0..<3).map { _ in
        (0..<Int.random(in: 1...5, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? "" }.joined()
      }
    }
    let text = grid.map { row in
      row.map { "\"\($0.replacing("\"", with: "\"\""))\"" }.joined(separator: delimiter) + "\n"
    }.joined()
    let encodings = [
      Array(text.utf8), Array(("\u{FEFF}" + text).utf8), utf16(text, bigEndian: true, mark: true),
      utf16(text, bigEndian: false, mark: true),
    ]
    for bytes in encodings {
      for size in [1, 2, 5, Int.random(in: 6...80, using: &random), 100_000] {
        let reader = CSVReader(delimiter: delimiter.utf8.first, limits: GridLimits(sniffedBytes: 32))
        #expect(try cells(of: bytes, by: reader, size: size) == grid, "\(size)")
      }
    }
  }
}

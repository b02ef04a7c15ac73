import JSONCodec
import Randomness
import SpecParser
import Testing

@Suite struct CSVReaderTests {
  /// The cells of `text`, read in chunks of `size` bytes.
  private func read(
    _ text: [UInt8], size: Int = .max, delimiter: UInt8? = nil, limits: GridLimits = GridLimits()
  ) throws -> [[String]] {
    var reader = CSVReader(delimiter: delimiter, limits: limits)
    var rows = GridRows()
    var cells: [[String]] = []
    func take() {
      for index in 0..<rows.count {
        let row = rows[index]
        cells.append((0..<row.count).map { String(decoding: row[$0], as: UTF8.self) })
      }
      rows.removeComplete()
    }
    var start = 0
    while start < text.count {
      let end = size > text.count - start ? text.count : start + size
      try reader.read(Array(text[start..<end]), into: &rows)
      take()
      start = end
    }
    while try reader.finish(into: &rows) { take() }
    take()
    return cells
  }

  private func bytes(_ text: [UInt8], size: Int = .max) throws -> [[[UInt8]]] {
    var reader = CSVReader()
    var rows = GridRows()
    for start in stride(from: 0, to: text.count, by: min(size, text.count)) {
      try reader.read(Array(text[start...].prefix(size)), into: &rows)
    }
    while try reader.finish(into: &rows) {}
    return (0..<rows.count).map { row in (0..<rows[row].count).map { Array(rows[row][$0]) } }
  }

  private func read(_ text: String, delimiter: UInt8? = nil) throws -> [[String]] {
    try read(Array(text.utf8), delimiter: delimiter)
  }

  @Test func quotesBreaksAndEnds() throws {
    #expect(try read("a,b\n1,2\n") == [["a", "b"], ["1", "2"]])
    #expect(try read("a,b\r\n1,2") == [["a", "b"], ["1", "2"]])
    #expect(try read("a,b\r1,2\r") == [["a", "b"], ["1", "2"]])
    #expect(try read("a,b\n\"x,\"\"y\"\"\r\nz\",2\n") == [["a", "b"], ["x,\"y\"\r\nz", "2"]])
    #expect(try read("a,b\n1,\n,2") == [["a", "b"], ["1", ""], ["", "2"]])
    #expect(try read("a,b\n\n1,2\n") == [["a", "b"], [""], ["1", "2"]])
    #expect(try read("\u{FEFF}a,b\n1,2\n") == [["a", "b"], ["1", "2"]])
    #expect(try read("a,b\n1, \"6,000\"\n") == [["a", "b"], ["1", "6,000"]])
    #expect(try read("a,b\n5\" disk,\"x\" y\n") == [["a", "b"], ["5\" disk", "x y"]])
    #expect(try read("a,b\n\"\",\"\"\n") == [["a", "b"], ["", ""]])
    #expect(try read("") == [])
  }

  @Test func rowsOfDifferentLengths() throws {
    #expect(try read("a,b,c\n1\n1,2,3,4\n") == [["a", "b", "c"], ["1"], ["1", "2", "3", "4"]])
  }

  @Test(arguments: [",", ";", "\t", "|"]) func delimiterIsSeen(_ delimiter: String) throws {
    let lines = [["gtin", "cost", "note"], ["1", "$2.50", "\"a, b; c\""], ["2", "$3.50", ""]]
    let text = lines.map { $0.joined(separator: delimiter) }.joined(separator: "\n")
    #expect(
      try read(text) == [["gtin", "cost", "note"], ["1", "$2.50", "a, b; c"], ["2", "$3.50", ""]])
  }

  @Test func commasInAmountsDoNotDecide() throws {
    #expect(try read("a;b\n1;1,234,567.00\n2;5,000.00\n")[1] == ["1", "1,234,567.00"])
  }

  /// A byte that is none of the encoding's makes no text of another one.
  private static let broken: [UInt8] = [0xFF]

  @Test func mostCharactersDecideTheEncoding() throws {
    // A title that was cut amid a character, above many that were not.
    let cut = Array("a,b\ncaf".utf8) + [0xC3, 0x0A] + Array("é,ü\nä,ö\n".utf8)
    for size in [1, 7, .max] {
      let rows = try bytes(cut, size: size)
      #expect(rows[1] == [Array("caf".utf8) + [0xC3]])
      #expect(rows[2...] == [[Array("é".utf8), Array("ü".utf8)], [Array("ä".utf8), Array("ö".utf8)]])
    }
    // Windows-1252, with two characters first that are one in UTF-8, which is what it may be after all.
    let western = Array("a,b\n".utf8) + [0xC3, 0xA9, 0x2C, 0xE9, 0x0A, 0xFC, 0x2C, 0x80, 0x0A]
    for size in [1, 7, .max] {
      let rows = try bytes(western, size: size)
      #expect(rows[1] == [Self.broken + Array("Ã©".utf8), Array("é".utf8)])
      #expect(rows[2] == [Array("ü".utf8), Array("€".utf8)])
    }
    // One of each: the first one decides.
    #expect(
      try bytes(Array("a,b\n".utf8) + [0xE9, 0x2C, 0xC3, 0xA9])[1] == [Array("é".utf8), Self.broken + Array("Ã©".utf8)])
    #expect(try bytes(Array("a,b\n".utf8) + [0xC3, 0xA9, 0x2C, 0xE9, 0x0A])[1] == [Array("é".utf8), [0xE9]])
  }

  @Test(arguments: 1...4) func `a character that the end of the file cuts is left out`(count: Int) throws {
    let character = Array("😀".utf8)
    for size in [1, 2, 3, .max] {
      let rows = try bytes(Array("ö,b\n1,x".utf8) + character.prefix(count), size: size)
      #expect(rows[1] == [Array("1".utf8), Array("x".utf8) + (count == 4 ? character : [])])
    }
    // Bytes that are none of a character's are not.
    #expect(try bytes(Array("ö,b\n1,x".utf8) + [0xF0, 0x41])[1][1] == [0x78, 0xF0, 0x41])
  }

  /// Halves of pairs of UTF-16 are not dropped, or a cell would become another one.
  @Test(arguments: [true, false]) func loneHalvesOfPairs(isLittleEndian: Bool) throws {
    let units: [UInt16] =
      [0xFEFF] + Array("a,b\n1".utf16) + [0xD83D, 0x2C, 0xDE00, 0x32, 0x0A, 0xD83D, 0xDE00, 0x2C, 0xD83D]
    let text = units.flatMap {
      isLittleEndian ? [UInt8($0 & 0xFF), UInt8($0 >> 8)] : [UInt8($0 >> 8), UInt8($0 & 0xFF)]
    }
    for size in [1, 3, .max] {
      #expect(try read(text, size: size) == [["a", "b"], ["1\u{FFFD}", "\u{FFFD}2"], ["😀", "\u{FFFD}"]])
    }
  }

  @Test func delimitersInsideQuotesDoNotDecide() throws {
    #expect(try read("\"p; q; r\",1\n\"s; t; u\",2\n") == [["p; q; r", "1"], ["s; t; u", "2"]])
  }

  @Test func anUnusualDelimiterIsDeclared() throws {
    let (rows, _) = try SpecParserTests.read(
      Array("sep=^\nItem Gtin^Shipnode ID^Unit Cost\n02345673^1^5\n".utf8), parser: FeedParser(spec: costSpec()))
    #expect(rows.map(\.codes) == [[]])
  }

  /// Quotes inside quotes that are not doubled: the cells are guessed, which is told.
  @Test func textBehindAQuoteIsTold() throws {
    let grid = #"""
      Item Gtin,Shipnode ID,Unit Cost
      02345673,"5\" pipe",1
      02345673,"a""b"c,2
      02345673,"c" ,3
      02345673,4,"1"0
      """#
    for size in 1...grid.utf8.count {
      let parser = FeedParser(spec: try costSpec(), limits: GridLimits(sniffedBytes: 40))
      let rows = try SpecParserTests.read(Array(grid.utf8), parser: parser, size: size).rows
      #expect(rows.map(\.codes) == [["text_behind_quote"], ["text_behind_quote"], [], ["text_behind_quote"]])
      let issues = rows.flatMap(\.issues)
      #expect(issues.map(\.value) == [#""5\" pipe""#, #""a""b"c"#, #""1"0"#])
      #expect(issues.map(\.column) == ["Shipnode ID", "Shipnode ID", "Unit Cost"])
      // Of a value that is not text nothing is guessed.
      #expect(issues.map(\.severity) == [.warning, .warning, .error])
    }
  }

  @Test func rowNumbersAreTheSpreadsheets() throws {
    var reader = CSVReader()
    var rows = GridRows()
    try reader.read(Array("a,b\n\n\"x\ny\",2\n3,4".utf8), into: &rows)
    #expect(try !reader.finish(into: &rows))
    #expect((0..<rows.count).map { rows[$0].line } == [1, 2, 3, 4])
    #expect((0..<rows.count).map { rows[$0].isBlank } == [false, true, false, false])
  }

  @Test func limitsHold() {
    let limits = GridLimits(maxCellBytes: 10, maxRowBytes: 25, maxColumns: 4)
    #expect(code { try read(Array("a,b\n1,12345678901".utf8), limits: limits) } == "cell_too_large 2")
    #expect(code { try read(Array("a,b\n1,\"1234567890\n".utf8), size: 3, limits: limits) } == "cell_too_large 2")
    #expect(
      code { try read(Array("123456789,123456789,123456789\n".utf8), size: 4, limits: limits) } == "row_too_large 1")
    #expect(code { try read(Array("a,b\n,,,,\n".utf8), limits: limits) } == "too_many_columns 2")
    #expect(code { try read(Array("a,b\n1,\"2\n3,4\n".utf8)) } == "unterminated_quote 2")
    #expect(
      code { try read(Array("a,b\n1,2\n".utf8) + [UInt8](repeating: 0x20, count: 11), limits: limits) }
        == "cell_too_large 3")
  }

  /// A row beyond its own limit and a cell's, quotes that count for the row and not for the cell, spaces before a quote.
  @Test(arguments: [
    ("1234567,1234567,12345678901,2\n", "cell_too_large 2"), ("1234567,1234567,1234567,1,2\n", "row_too_large 2"),
    ("1234567,1234567,1234567,12345678901\n", "cell_too_large 2"),
    ("1234567,1234567,\"12345678\"\n", "row_too_large 2"),
    ("\"1\"\"2\"\"3\"\"4\",\"1\"\"2\"\"3\"\"4\",5\n", "row_too_large 2"),
    (
      "\"1\"\"2\"\"3\"\"4\",\"1\"\"2\"\"3\"\"\"\n",
      "none: [[\"a\", \"b\"], [\"1\\\"2\\\"3\\\"4\", \"1\\\"2\\\"3\\\"\"]]"
    ),
    ("           \"1\",2\n", "cell_too_large 2"), ("1234567,1234567,1234567,\"1", "unterminated_quote 2"),
    ("1,2,3,4,5,12345678901\n", "cell_too_large 2"), ("1,2,3,4,5,6\n", "too_many_columns 2"),
  ])
  func piecesDoNotDecideWhichLimitIsTold(row: String, told: String) {
    let limits = GridLimits(maxCellBytes: 10, maxRowBytes: 26, maxColumns: 4)
    for size in [1, 2, 3, 5, 8, 13, 1_000] {
      #expect(code { try read(Array("a,b\n\(row)".utf8), size: size, limits: limits) } == told, "pieces of \(size)")
    }
  }

  private func code(_ body: () throws -> [[String]]) -> String {
    do {
      return "none: \(try body())"
    } catch let error as FeedParserError {
      return "\(error.code) \(error.line ?? 0)"
    } catch {
      return "\(error)"
    }
  }

  /// Any grid that is written by the rules comes back cell by cell, however it is cut into chunks.
  @Test(arguments: 0..<150) func writtenGridsComeBack(_ seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let delimiter = try #require(
      [UInt8(ascii: ","), UInt8(ascii: ";"), 0x09, UInt8(ascii: "|")].randomElement(using: &random))
    let columns = Int.random(in: 1...6, using: &random)
    let alphabet = ["a", "é", "\"", ",", ";", "\t", "|", "\n", "\r", "\r\n", " ", "1", "…", ""]
    let grid = (0..<Int.random(in: 1...20, using: &random)).map { _ in
      (0..<columns).map { _ in
        (0..<Int.random(in: 0...5, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? "" }.joined()
      }
    }
    let lineEnd = try #require(["\n", "\r\n", "\r"].randomElement(using: &random))
    let separator = String(decoding: [delimiter], as: UTF8.self)
    var text = ""
    for row in grid {
      let cells = row.map { cell in
        let needsQuotes =
          cell.utf8.contains { [delimiter, 0x22, 0x0A, 0x0D].contains($0) } || Bool.random(using: &random)
        return needsQuotes ? "\"" + cell.replacing("\"", with: "\"\"") + "\"" : cell
      }
      text += cells.joined(separator: separator) + lineEnd
    }
    let bytes = Array(text.utf8)
    for size in [1, 2, 3, Int.random(in: 4...40, using: &random), .max] {
      #expect(try read(bytes, size: size, delimiter: delimiter) == grid)
    }
  }

  private static let others = fixtureRoot("../shared/grids")

  @Test(.enabled(if: exists(CSVReaderTests.others + "/csv-spectrum"))) func knownGridsOfOthers() throws {
    // One file's published cells are not those of the file, and another's line breaks were changed on the way here.
    for name in try files(in: CSVReaderTests.others + "/csv-spectrum/csvs") where name != "location_coordinates.csv" {
      let grid = try read(try contents("\(CSVReaderTests.others)/csv-spectrum/csvs/\(name)"))
      let expected = try JSONDocument(
        contents("\(CSVReaderTests.others)/csv-spectrum/json/\(name.replacing(".csv", with: ".json"))")
      ).root
      let header = try #require(grid.first)
      let rows = grid.dropFirst().filter { $0.count > 1 }
      #expect(rows.count == expected.count, "\(name)")
      for (row, object) in zip(rows, expected.elements) {
        for (name, cell) in zip(header, row) {
          #expect(object[name]?.string?.replacing("\r\n", with: "\n") == cell.replacing("\r\n", with: "\n"))
        }
      }
    }
  }
}

/// A path beside this package's root.
func fixtureRoot(_ path: String) -> String {
  "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/" + path
}

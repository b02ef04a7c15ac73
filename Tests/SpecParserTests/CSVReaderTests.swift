import JSONCodec
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
    var random = SeededGenerator(seed: seed)
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

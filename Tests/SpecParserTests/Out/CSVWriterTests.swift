import Testing

@testable import SpecParser

@Suite struct CSVWriterTests {
  /// Any grid, in any dialect, in pieces of any size.
  @Test(arguments: 0..<60) func `what is written reads back as the same cells`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let pieces = ["a", "7", " ", "\"", ",", ";", "\t", "|", "\n", "\r\n", "é", "x y", "'", "=1", "-"]
    for encoding in [TextEncoding.utf8, .windows1252, .utf16LittleEndian, .utf16BigEndian] {
      let delimiter = DelimiterSniffer.delimiters.randomElement(using: &random) ?? 0x2C
      let hasMark = encoding != .windows1252
      let dialect = CSVDialect(
        delimiter: delimiter, encoding: encoding, hasSeparatorLine: .random(using: &random), hasByteOrderMark: hasMark)
      let cells = (0..<Int.random(in: 1...8, using: &random)).map { _ in
        (0..<Int.random(in: 2...6, using: &random)).map { _ in
          (0..<Int.random(in: 0...6, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
        }
      }
      var writer = CSVWriter(dialect)
      var bytes: [UInt8] = []
      for row in cells {
        for cell in row { writer.write(cell) }
        writer.endRow()
        if .random(using: &random) { bytes += writer.take() }
      }
      bytes += writer.take()
      let size = Int.random(in: 1...40, using: &random)
      var reader = CSVReader(dialect: dialect)
      var rows = GridRows()
      for start in stride(from: 0, to: bytes.count, by: size) {
        try reader.read(Array(bytes[start..<min(start + size, bytes.count)]), into: &rows)
      }
      while try reader.finish(into: &rows) {}
      let read = (0..<rows.count).map { row in
        (0..<rows[row].count).map { String(decoding: rows[row][$0], as: UTF8.self) }
      }
      #expect(read == cells, "\(dialect)")
    }
  }

  @Test func `remarks are no formulas, and readable in every encoding`() {
    var writer = CSVWriter(CSVDialect())
    writer.write("=1")
    writer.write(remark: "=1")
    writer.write(remark: "“a” – b")
    writer.endRow()
    #expect(String(decoding: writer.take(.undecided), as: UTF8.self) == "=1,'=1,'a' - b\r\n")
  }
}

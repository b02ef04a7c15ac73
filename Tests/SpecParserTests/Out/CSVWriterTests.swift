import Randomness
import Testing

@testable import SpecParser

@Suite struct CSVWriterTests {
  /// Any grid, in any dialect, in pieces of any size.
  @Test(arguments: 0..<60) func `what is written reads back as the same cells`(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
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

  @Test func `bytes as other programs expect them`() {
    var writer = CSVWriter(CSVDialect(delimiter: 0x3B, hasSeparatorLine: true, hasByteOrderMark: true))
    for cell in [" a", "a ", "a\rb", "a\nb", "a\"b", "a;b", "a,b", "=1+1", ""] { writer.write(cell) }
    writer.endRow()
    #expect(
      String(decoding: writer.take(), as: UTF8.self)
        == "\u{FEFF}sep=;\r\n\" a\";\"a \";\"a\rb\";\"a\nb\";\"a\"\"b\";\"a;b\";a,b;=1+1;\r\n")
  }

  @Test func `remarks are no formulas, and readable in every encoding`() {
    var writer = CSVWriter(CSVDialect())
    writer.write("=1")
    for remark in ["=1", "+1", "-1", "@x", "\tx", "\rx", "1-1"] { writer.write(remark: remark) }
    writer.endRow()
    #expect(String(decoding: writer.take(), as: UTF8.self) == "=1,'=1,'+1,'-1,'@x,'\tx,\"'\rx\",1-1\r\n")
    for (encoding, text) in [(TextEncoding.undecided, "'a' - ?"), (.windows1252, "\u{93}a\u{94} \u{96} ?")] {
      writer.write(remark: "“a” – →")
      writer.endRow()
      #expect(writer.take(encoding).map(UnicodeScalar.init).map(Character.init) == Array(text) + ["\r", "\n"])
    }
  }
}

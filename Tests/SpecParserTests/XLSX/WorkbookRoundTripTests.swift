import Randomness
import ScratchFiles
import SpecParser
import Testing
import WorkbookWriter

@Suite struct WorkbookRoundTripTests {
  /// Any grid, whatever its cells hold that XML or the format itself gives a meaning.
  @Test(arguments: 0..<60) func `what is written reads back as the same cells`(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let pieces = [
      "a", "7", "0", " ", "\"", "'", "<", "&", "&amp;", "]]>", "\n", "\t", "\r", "\r\n", "é", "😀", "_x0041_", "_x000D_",
      "_",
      "x005F_", "=1", "1e5", "2019-04-11", "TRUE", "#N/A", "\u{A0}", "\u{2028}",
    ]
    let rows =
      [Line(1, ["x"])]
      + (1..<Int.random(in: 2...20, using: &random)).map { row in
        let cells = (0..<Int.random(in: 0...8, using: &random)).map { _ in
          (0..<Int.random(in: 0...5, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
        }
        return Line(row * Int.random(in: 1...2, using: &random) + row + 1, cells)
      }
    let file = try ScratchFile(limit: 1 << 20)
    let writer = try WorkbookWriter(to: file)
    let sheet = try writer.addSheet("Grid")
    var (last, written) = (0, [Line]())
    for row in rows where row.line > last {
      last = row.line
      for (column, cell) in row.cells.enumerated() where !cell.isEmpty || .random(using: &random) {
        try writer.write(cell.utf8, row: row.line - 1, column: column, in: sheet)
      }
      written.append(row)
    }
    try writer.finish()
    let bytes = try bytes(of: file)
    let size = Int.random(in: 1...2_000, using: &random)
    #expect(try lines(bytes, size: size).filter { !$0.cells.isEmpty } == written.filter { !$0.cells.isEmpty })
  }
}

import Glibc
import ScratchFiles
import TestKit
import Testing
import ZipReader

@testable import WorkbookWriter

@Suite struct WorkbookWriterTests {
  @Test func `a workbook has its cells, styles and drop-downs`() throws {
    let file = try ScratchFile(limit: 1 << 20)
    let writer = try WorkbookWriter(to: file)
    let sheet = try writer.addSheet("Grid")
    try writer.setWidth(20, of: 0...3, in: sheet)
    writer.freeze(above: 1, in: sheet)
    try writer.write("Item Gtin".utf8, row: 0, column: 0, .header, in: sheet)
    try writer.write("062145556123".utf8, row: 1, column: 0, in: sheet)
    try writer.write("a < b & “ü”\u{1}".utf8, row: 1, column: 1, .error, in: sheet)
    try writer.write("".utf8, row: 1, column: 2, .warning, in: sheet)
    try writer.offer(.values(["Yes", "No"]), in: 1...100, column: 3, of: sheet)
    let lists = try writer.addSheet("Lists")
    try writer.write("one".utf8, row: 0, column: 0, in: lists)
    try writer.offer(.column(sheet: "Lists", column: 0, count: 1), in: 1...100, column: 4, of: sheet)
    writer.hide(lists)
    try writer.finish()

    let parts = try unzip(file)
    let grid = try #require(parts["xl/worksheets/sheet1.xml"])
    #expect(grid.contains("062145556123"))
    #expect(grid.contains("a &lt; b &amp; “ü”<"))
    #expect(grid.contains(#"<formula1>"Yes,No"</formula1>"#))
    #expect(grid.contains("<formula1>'Lists'!$A$1:$A$1</formula1>"))
    #expect(try #require(parts["xl/workbook.xml"]).contains(#"state="hidden""#))
    #expect(try #require(parts["xl/styles.xml"]).contains("FFFFC7CE"))
  }

  @Test(arguments: [
    ("_x0041_", "_x005F_x0041_"), ("_x0041_x0042_", "_x005F_x0041_x005F_x0042_"), ("_x004_", "_x004_"), ("__x", "__x"),
    ("a\r\nb", "a_x000D_\nb"), ("\rx0041_", "_x000D_x0041_"), ("\u{1}é\u{FFFF}", "é"),
  ]) func `what reads like an escape stays what it is`(_ text: String, _ written: String) {
    var taken: [CChar] = []
    WorkbookText.take(text.utf8, into: &taken)
    #expect(String(decoding: taken.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self) == written)
  }

  /// Spreadsheets count units of UTF-16.
  @Test func `long texts are cut by what a spreadsheet counts`() {
    var taken: [CChar] = []
    WorkbookText.take(String(repeating: "😀", count: 20_000).utf8, into: &taken)
    #expect(taken.count == 16_383 * 4 + 1)
  }

  @Test func `a workbook that is never finished leaves nothing behind`() async throws {
    try await withTemporaryDirectory { folder in
      do {
        let file = try ScratchFile(in: ScratchSpace(folder: folder), limit: 1 << 20)
        let writer = try WorkbookWriter(to: file)
        let sheet = try writer.addSheet("Grid")
        try writer.write("x".utf8, row: 0, column: 0, in: sheet)
        // The library's own file lies beside it.
        #expect(openFiles(in: folder) == 2)
      }
      #expect(openFiles(in: folder) == 0)
    }
  }

  @Test func `the library's own files count in their space, and end the writing where it has no more`() throws {
    let space = ScratchSpace(limit: 4 << 20)
    do {
      let file = try ScratchFile(in: space)
      let writer = try WorkbookWriter(to: file)
      let sheet = try writer.addSheet("Grid")
      let text = String(repeating: "<", count: 1_000)
      let error = #expect(throws: WorkbookError.self) {
        for row in 0..<10_000 { try writer.write(text.utf8, row: row, column: 0, in: sheet) }
      }
      #expect(error?.code == .noRoom && error?.text.contains("4194304") == true)
      #expect(space.used > 2 << 20 && file.count == 0)
    }
    #expect(space.used == 0)
  }

  @Test func `what the library took is given back for the workbook itself`() throws {
    let space = ScratchSpace(limit: 4 << 20)
    let file = try ScratchFile(in: space)
    let writer = try WorkbookWriter(to: file)
    let sheet = try writer.addSheet("Grid")
    for row in 0..<10_000 { try writer.write("some text".utf8, row: row, column: 0, in: sheet) }
    #expect(space.used > 1 << 20)
    try writer.finish()
    #expect(space.used == file.count && file.count < 1 << 20)
  }

  /// Files of this process that have lost their names.
  private func openFiles(in folder: String) -> Int {
    (0..<1_024).count { descriptor in
      var path = [CChar](repeating: 0, count: 256)
      let length = readlink("/proc/self/fd/\(descriptor)", &path, path.count - 1)
      return length > 0
        && String(decoding: path[..<length].map(UInt8.init(bitPattern:)), as: UTF8.self).hasPrefix(folder)
    }
  }

  @Test func `what no sheet can hold is refused or cut`() throws {
    let writer = try WorkbookWriter(to: try ScratchFile(limit: 1 << 20))
    let sheet = try writer.addSheet("Grid")
    #expect(throws: WorkbookError.self) { try writer.write("x".utf8, row: 1_048_576, column: 0, in: sheet) }
    #expect(throws: WorkbookError.self) { try writer.write("x".utf8, row: 0, column: 16_384, in: sheet) }
    #expect(throws: WorkbookError.self) { _ = try writer.addSheet("Grid") }
    #expect(throws: WorkbookError.self) { _ = try writer.addSheet("a/b") }
    try writer.write(String(repeating: "é", count: 40_000).utf8, row: 0, column: 0, in: sheet)
    try writer.write([0xFF, 0x41], row: 0, column: 1, in: sheet)
    try writer.finish()
  }

  @Test func `a workbook that is larger than its file may be is told`() throws {
    let file = try ScratchFile(limit: 1_000)
    let writer = try WorkbookWriter(to: file)
    _ = try writer.addSheet("Grid")
    let error = #expect(throws: WorkbookError.self) { try writer.finish() }
    #expect(error?.code == .noRoom)
  }

  @Test func `columns have letters`() {
    #expect([0, 25, 26, 701, 702, 16_383].map(WorkbookText.letters) == ["A", "Z", "AA", "ZZ", "AAA", "XFD"])
  }

  @Test func `short lists fit into a cell's drop-down`() {
    #expect(DropDown.fits(["Yes", "No"]))
    #expect(DropDown.fits(Array(repeating: "1234567", count: 32)))
    #expect(!DropDown.fits(Array(repeating: "12345678", count: 29)))
    #expect(!DropDown.fits(["a,b"]))
  }

  private func unzip(_ file: ScratchFile) throws -> [String: String] {
    let archive = try ZipArchive(path: file.path)
    return try Dictionary(
      uniqueKeysWithValues: archive.entries.map { entry in
        let stream = try archive.open(entry, limit: 1 << 20)
        let bytes = try [UInt8](unsafeUninitializedCapacity: Int(entry.size)) { buffer, count in
          while count < buffer.count {
            let rest = UnsafeMutableBufferPointer(rebasing: buffer[count...])
            let read = try stream.read(into: UnsafeMutableRawBufferPointer(rest))
            if read == 0 { break }
            count += read
          }
        }
        return (entry.name, String(decoding: bytes, as: UTF8.self))
      })
  }
}

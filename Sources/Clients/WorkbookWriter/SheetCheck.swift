internal import ScratchFiles
internal import ZipReader

/// Sees whether a sheet is in a workbook to its end: the library does not say when it had no room for all of it.
struct SheetCheck {
  private let archive: ZipArchive

  init(_ file: ScratchFile) throws(ZipError) { archive = try ZipArchive(path: file.path) }

  /// - Parameters:
  ///   - number: of the sheet, from 1.
  ///   - rows: bytes that its rows have at least.
  func isWhole(_ number: Int, rows: Int) throws(ZipError) -> Bool {
    guard let entry = archive.entries.first(where: { $0.name == "xl/worksheets/sheet\(number).xml" }),
      let size = Int(exactly: entry.size), size > rows
    else { return false }
    let stream = try archive.open(entry, limit: size)
    var end: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 64 * 1024)
    var count = 0
    repeat {
      count = try piece.withUnsafeMutableBufferPointer { (piece) throws(ZipError) in
        try stream.read(into: UnsafeMutableRawBufferPointer(piece))
      }
      end = (end + piece[..<count]).suffix(SheetCheck.end.count)
    } while count > 0
    return end == SheetCheck.end
  }

  private static let end = Array("</worksheet>".utf8)
}

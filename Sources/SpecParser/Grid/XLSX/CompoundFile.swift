internal import ScratchFiles

/// A file in the container of the old office formats.
///
/// Source: [MS-CFB]: directory entries have 128 bytes, stand at multiples of that, and begin with their name in UTF-16.
enum CompoundFile {
  private static let package = Array("EncryptedPackage".utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] })

  /// What to tell of it: a workbook with a password stands in such a container too, under a name of its own.
  static func problem(of file: ScratchFile) throws(ScratchFileError) -> FeedParserError {
    var piece = [UInt8](repeating: 0, count: 64 * 1024)
    var place = 0
    while place < file.count {
      let count = try piece.withUnsafeMutableBufferPointer { (piece) throws(ScratchFileError) in
        try file.read(at: place, into: UnsafeMutableRawBufferPointer(piece))
      }
      for entry in stride(from: 0, to: count - package.count, by: 128)
      where piece[entry] == package[0] && piece[entry...].starts(with: package) {
        return .encrypted
      }
      place += piece.count
    }
    return .oldXLS
  }
}

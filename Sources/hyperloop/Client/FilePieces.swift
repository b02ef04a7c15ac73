internal import Foundation

/// A file in pieces, from its first byte, as often as it is asked for.
struct FilePieces {
  let path: String

  private static let size = 256 * 1024

  /// Goes through the file once.
  struct Walk {
    fileprivate let path: String
    fileprivate let handle: FileHandle

    /// The next piece; nil at the end.
    func next() throws(FileError) -> [UInt8]? {
      do {
        guard let data = try handle.read(upToCount: FilePieces.size), !data.isEmpty else { return nil }
        return Array(data)
      } catch {
        throw FileError(path: path, cause: error)
      }
    }
  }

  func walk() throws(FileError) -> Walk {
    do {
      return Walk(path: path, handle: try FileHandle(forReadingFrom: URL(fileURLWithPath: path)))
    } catch {
      throw FileError(path: path, cause: error)
    }
  }

  func forEach(_ body: ([UInt8]) throws -> Void) throws {
    let walk = try walk()
    while let piece = try walk.next() { try body(piece) }
  }

  /// Bytes; nil when it is no plain file.
  var byteCount: Int? {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    guard attributes?[.type] as? FileAttributeType == .typeRegular else { return nil }
    return (attributes?[.size] as? NSNumber)?.intValue
  }

  /// Whether it begins as a workbook does: an archive.
  var isWorkbook: Bool {
    let handle = FileHandle(forReadingAtPath: path)
    return (try? handle?.read(upToCount: 2)) == Data("PK".utf8)
  }
}

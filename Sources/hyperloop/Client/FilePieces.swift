internal import Foundation
internal import HTTPCaller
internal import ScratchFiles

/// A file in pieces, from its first byte, as often as it is asked for.
struct FilePieces {
  /// As it was named.
  let name: String
  private let path: String
  private let copy: ScratchFile?

  private static let size = 256 * 1024

  /// A pipe, or the standard input for `-`, is read only once: its bytes go to a temporary file.
  /// - Throws: `FileError`, `ScratchFileError`.
  init(_ name: String, space: ScratchSpace) throws {
    self.name = name
    let path = name == "-" ? "/dev/stdin" : name
    guard FilePieces.isStream(path) else {
      (self.path, copy) = (path, nil)
      return
    }
    let copy = try ScratchFile(in: space)
    let walk = try FilePieces.open(path, name)
    while let piece = try walk.next() { try copy.append(piece) }
    (self.path, self.copy) = (copy.path, copy)
  }

  private static func isStream(_ path: String) -> Bool {
    // What a link leads to, as /dev/stdin does.
    var status = stat()
    guard stat(path, &status) == 0 else { return false }
    return ![S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT)
  }

  /// Goes through the file once.
  struct Walk {
    fileprivate let name: String
    fileprivate let handle: FileHandle

    /// The next piece; nil at the end.
    func next() throws(FileError) -> [UInt8]? {
      do {
        guard let data = try handle.read(upToCount: FilePieces.size), !data.isEmpty else { return nil }
        return Array(data)
      } catch {
        throw FileError(path: name, cause: error)
      }
    }
  }

  func walk() throws(FileError) -> Walk { try FilePieces.open(path, name) }

  private static func open(_ path: String, _ name: String) throws(FileError) -> Walk {
    do {
      return Walk(name: name, handle: try FileHandle(forReadingFrom: URL(fileURLWithPath: path)))
    } catch {
      throw FileError(path: name, cause: error)
    }
  }

  func forEach(_ body: ([UInt8]) throws -> Void) throws {
    let walk = try walk()
    while let piece = try walk.next() { try body(piece) }
  }

  /// The file as a request's body, which is read while it is sent.
  /// - Throws: `FileError` also for what has no bytes, such as a folder.
  func body() throws(FileError) -> HTTPBody {
    let handle = try FilePieces.open(path, name).handle
    var status = stat()
    guard fstat(handle.fileDescriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw FileError(path: name, reason: "it is no file")
    }
    return HTTPBody(count: Int(status.st_size)) { [copy] offset, buffer in
      // What a copy's path names is gone with it.
      withExtendedLifetime(copy) { pread(handle.fileDescriptor, buffer.baseAddress, buffer.count, off_t(offset)) }
    }
  }

  /// Nil when it cannot be told.
  var byteCount: Int? {
    if let copy { return copy.count }
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    return (attributes?[.size] as? NSNumber)?.intValue
  }

  /// Whether it begins as a workbook does: an archive.
  var isWorkbook: Bool {
    let handle = FileHandle(forReadingAtPath: path)
    return (try? handle?.read(upToCount: 2)) == Data("PK".utf8)
  }
}

internal import Foundation

/// A file in pieces, from its first byte, as often as it is asked for.
struct FilePieces {
  let path: String

  private static let size = 256 * 1024

  func forEach(_ body: ([UInt8]) throws -> Void) throws {
    let handle: FileHandle
    do { handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path)) } catch {
      throw FileError(path: path, cause: error)
    }
    defer { try? handle.close() }
    while let piece = try next(of: handle) { try body(piece) }
  }

  private func next(of handle: FileHandle) throws -> [UInt8]? {
    do {
      guard let data = try handle.read(upToCount: FilePieces.size), !data.isEmpty else { return nil }
      return Array(data)
    } catch {
      throw FileError(path: path, cause: error)
    }
  }
}

internal import Glibc

/// Why there is no room on disk.
public struct ScratchFileError: Error, Equatable, CustomStringConvertible {
  public enum Code: Equatable, Sendable {
    case cannotCreate(folder: String)
    /// More bytes than the file may have.
    case full(limit: Int)
    case cannotWrite
    case cannotRead
  }

  public let code: Code
  /// The kernel's own number of the error (`errno`).
  public let number: Int32

  init(_ code: Code, _ number: Int32) {
    self.code = code
    self.number = number
  }

  public var description: String {
    let reason = String(cString: strerror(number))
    return switch code {
    case .cannotCreate(let folder):
      "no temporary file can be made in \(folder): \(reason); set TMPDIR to a folder that can be written"
    case .full(let limit): "a temporary file would have more than \(limit) bytes"
    case .cannotWrite: "a temporary file cannot be written: \(reason)"
    case .cannotRead: "a temporary file cannot be read: \(reason)"
    }
  }
}

internal import Glibc

/// Why there is no room on disk.
public struct ScratchFileError: Error, Equatable, CustomStringConvertible {
  public enum Code: Equatable, Sendable {
    case cannotCreate(folder: String)
    /// More bytes than the file may have.
    case full(limit: Int)
    /// More bytes than all files of the space may have together.
    case noSpace(limit: Int)
    /// More bytes than that for one task's files alone: there will never be room.
    case neverFits(limit: Int)
    case cannotWrite(folder: String)
    case cannotRead(folder: String)
  }

  public let code: Code
  /// The kernel's own number of the error (`errno`).
  public let number: Int32

  init(_ code: Code, _ number: Int32) {
    self.code = code
    self.number = number
  }

  /// Whether trying again is of no use: even alone the files would be too large.
  public var isForGood: Bool { if case .neverFits = code { true } else { false } }

  public var description: String {
    let reason = String(cString: strerror(number))
    return switch code {
    case .cannotCreate(let folder):
      "no temporary file can be made in \(folder): \(reason)"
    case .full(let limit): "a temporary file would have more than \(limit) bytes"
    case .noSpace(let limit): "the temporary files of this process would have more than \(limit) bytes together"
    case .neverFits(let limit):
      "temporary files for this alone would have more than \(limit) bytes, as many as those of this process may have"
    case .cannotWrite(let folder): "a temporary file in \(folder) cannot be written: \(reason)"
    case .cannotRead(let folder): "a temporary file in \(folder) cannot be read: \(reason)"
    }
  }
}

internal import Glibc
internal import Synchronization

/// The room on disk that the temporary files of a process may take, all of them together.
public final class ScratchSpace: Sendable {
  /// The system's folder, without a limit.
  public static let unlimited = ScratchSpace()

  /// Where the files lie.
  public let folder: String
  /// Bytes beyond which no file of this space grows.
  public let limit: Int
  private let taken = Atomic(0)

  /// - Parameter folder: nil for `TMPDIR`, else `/var/tmp`, which is a disk where `/tmp` may be memory.
  public init(folder: String? = nil, limit: Int = .max) {
    self.folder = folder ?? getenv("TMPDIR").map { String(cString: $0) } ?? "/var/tmp"
    self.limit = limit
  }

  /// Bytes that files have at present.
  public var used: Int { taken.load(ordering: .relaxed) }

  func take(_ bytes: Int) throws(ScratchFileError) {
    guard taken.add(bytes, ordering: .relaxed).newValue > limit else { return }
    giveBack(bytes)
    throw ScratchFileError(.noSpace(limit: limit), ENOSPC)
  }

  func giveBack(_ bytes: Int) { taken.subtract(bytes, ordering: .relaxed) }
}

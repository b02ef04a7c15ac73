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
  private let whole: ScratchSpace?

  /// - Parameter folder: nil for `TMPDIR`, else `/var/tmp`, which is a disk where `/tmp` may be memory.
  public init(folder: String? = nil, limit: Int = .max) {
    self.folder = folder ?? getenv("TMPDIR").map { String(cString: $0) } ?? "/var/tmp"
    self.limit = limit
    whole = nil
  }

  /// The part of a space that one task uses: its files count there as they do in the whole, and what would not fit if
  /// they were alone in it is told apart from what others leave no room for.
  public init(partOf whole: ScratchSpace) {
    folder = whole.folder
    limit = whole.limit
    self.whole = whole
  }

  /// Bytes that files have at present.
  public var used: Int { taken.load(ordering: .relaxed) }

  func take(_ bytes: Int) throws(ScratchFileError) {
    let own = taken.add(bytes, ordering: .relaxed).newValue
    if own > limit {
      taken.subtract(bytes, ordering: .relaxed)
      throw ScratchFileError(whole == nil ? .noSpace(limit: limit) : .neverFits(limit: limit), ENOSPC)
    }
    do throws(ScratchFileError) { try whole?.take(bytes) } catch {
      taken.subtract(bytes, ordering: .relaxed)
      throw error
    }
  }

  func giveBack(_ bytes: Int) {
    taken.subtract(bytes, ordering: .relaxed)
    whole?.giveBack(bytes)
  }
}

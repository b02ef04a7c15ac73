/// A ZIP archive in a file, read entry by entry in pieces.
///
/// Every call reads the file and blocks for as long: on a thread that may wait, one at a time.
public final class ZipArchive {
  /// What the archive holds, in the directory's order.
  public let entries: [ZipEntry]
  private let handle: ArchiveHandle

  /// Opens the archive and reads its directory.
  /// - Parameters:
  ///   - path: a file that can be sought in.
  ///   - maxDirectoryBytes: beyond it the archive is refused before its directory is read; an entry takes some
  ///     hundred bytes of memory.
  public init(path: String, maxDirectoryBytes: Int = 1 << 20) throws(ZipError) {
    try FileTail.check(path, maxDirectoryBytes: maxDirectoryBytes)
    handle = try ArchiveHandle(path: path)
    entries = try handle.entries()
  }

  /// Opens an entry. Several may be open at once.
  /// - Parameter limit: bytes that it may inflate to.
  /// - Throws: `encrypted` and `unsupportedMethod`, before a byte was read; `tooLarge` if it says so itself.
  public func open(_ entry: ZipEntry, limit: Int) throws(ZipError) -> ZipStream {
    if entry.isEncrypted { throw .encrypted }
    if entry.size > UInt64(limit) { throw .tooLarge(limit: limit) }
    return ZipStream(try EntryHandle(entry, in: handle), limit: limit)
  }
}

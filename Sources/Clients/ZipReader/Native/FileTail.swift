internal import Glibc

/// Looks at the end of a file that is said to be an archive.
enum FileTail {
  static func check(_ path: String, maxDirectoryBytes: Int) throws(ZipError) {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw .system(String(cString: strerror(errno))) }
    defer { close(file) }
    let size = Int(lseek(file, 0, SEEK_END))
    let start = try bytes(of: file, at: 0, count: 4)
    let tail = try bytes(of: file, at: max(0, size - ZipDirectory.tail), count: min(size, ZipDirectory.tail))
    var directory = ZipDirectory(tail: tail)
    // The directory stands at the end: an archive without one has lost it.
    guard directory.isThere else {
      throw start == [0x50, 0x4B, 3, 4] ? .truncated : .notAnArchive
    }
    for place in directory.largeRecords where place < UInt64(size) {
      directory.add(largeRecord: try bytes(of: file, at: Int(place), count: ZipDirectory.largeRecordSize))
    }
    if directory.size > UInt64(maxDirectoryBytes) { throw .directoryTooLarge(limit: maxDirectoryBytes) }
  }

  private static func bytes(of file: Int32, at offset: Int, count: Int) throws(ZipError) -> [UInt8] {
    var failure: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count, let base = buffer.baseAddress {
        let got = pread(file, base + filled, count - filled, off_t(offset + filled))
        if got > 0 {
          filled += got
        } else if got == 0 || errno != EINTR {
          failure = got == 0 ? 0 : errno
          break
        }
      }
    }
    if failure != 0 { throw .system(String(cString: strerror(failure))) }
    return bytes
  }
}

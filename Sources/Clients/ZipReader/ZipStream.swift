/// An entry's bytes, inflated piece by piece.
public final class ZipStream {
  /// Bytes that were given so far.
  public private(set) var count = 0
  private let handle: EntryHandle
  private let limit: Int

  init(_ handle: EntryHandle, limit: Int) {
    self.handle = handle
    self.limit = limit
  }

  /// The next bytes: as many as fit, fewer at the end alone.
  /// - Returns: how many; 0 at the end, which was then found to fit the entry's checksum.
  public func read(into buffer: UnsafeMutableRawBufferPointer) throws(ZipError) -> Int {
    var filled = 0
    while filled < buffer.count {
      let got = try handle.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
      if got == 0 { break }
      filled += got
      count += got
      if count > limit { throw .tooLarge(limit: limit) }
    }
    return filled
  }
}

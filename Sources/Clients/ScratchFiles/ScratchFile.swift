internal import Glibc
internal import Synchronization

/// Room on disk for what does not fit in memory, gone with its owner: the file has no name from the start, so that a
/// process that is killed leaves nothing behind.
///
/// Reads and writes block, as files do: call them on a thread that may wait.
public final class ScratchFile: Sendable {
  /// Where it lies, and by what it is counted.
  public let space: ScratchSpace
  private let descriptor: Int32
  private let limit: Int
  private let end = Atomic(0)

  /// - Parameters:
  ///   - space: where the file lies, and of which it takes its part.
  ///   - limit: bytes beyond which `append` throws.
  public init(in space: ScratchSpace = .unlimited, limit: Int = .max) throws(ScratchFileError) {
    let name = "\(space.folder)/hyperloop-\(String(UInt64.random(in: .min ... .max), radix: 36))"
    // From its first moment no child process has it.
    descriptor = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    self.space = space
    self.limit = limit
    guard descriptor >= 0 else { throw ScratchFileError(.cannotCreate(folder: space.folder), errno) }
    unlink(name)
  }

  deinit {
    guard descriptor >= 0 else { return }
    close(descriptor)
    space.giveBack(count)
  }

  /// Bytes that were appended.
  public var count: Int { end.load(ordering: .relaxed) }

  /// A path under which this process, and only it, can open the file again while this object lives.
  public var path: String { "/proc/self/fd/\(descriptor)" }

  /// Appends bytes. One thread at a time.
  /// - Throws: `full` beyond the file's limit, `noSpace` or `neverFits` beyond that of the space, `cannotWrite` when the disk is full.
  public func append(_ bytes: UnsafeRawBufferPointer) throws(ScratchFileError) {
    let start = count
    guard bytes.count <= limit - start else { throw ScratchFileError(.full(limit: limit), ENOSPC) }
    try space.take(bytes.count)
    var done = 0
    while done < bytes.count, let base = bytes.baseAddress {
      let written = pwrite(descriptor, base + done, bytes.count - done, off_t(start + done))
      if written > 0 {
        done += written
      } else if written == 0 || errno != EINTR {
        let number = errno
        space.giveBack(bytes.count)
        throw ScratchFileError(.cannotWrite(folder: space.folder), number)
      }
    }
    end.store(start + bytes.count, ordering: .relaxed)
  }

  /// Appends elements as they lie in memory.
  public func append(_ elements: [some BitwiseCopyable]) throws(ScratchFileError) {
    try elements.withUnsafeBufferPointer { (elements) throws(ScratchFileError) in
      try append(UnsafeRawBufferPointer(elements))
    }
  }

  /// Reads from `offset` on until `buffer` is full or the file ends.
  /// - Returns: the number of bytes that were read.
  public func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(ScratchFileError) -> Int {
    var done = 0
    while done < buffer.count, let base = buffer.baseAddress {
      let got = pread(descriptor, base + done, buffer.count - done, off_t(offset + done))
      if got > 0 {
        done += got
      } else if got == 0 {
        break
      } else if errno != EINTR {
        throw ScratchFileError(.cannotRead(folder: space.folder), errno)
      }
    }
    return done
  }

  /// The bytes from `offset` on, at most `count` of them.
  public func read(at offset: Int, atMost count: Int) throws(ScratchFileError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: max(0, min(count, self.count - offset)))
    let size = bytes.count
    let got = try bytes.withUnsafeMutableBufferPointer { (buffer) throws(ScratchFileError) in
      try read(at: offset, into: UnsafeMutableRawBufferPointer(buffer))
    }
    bytes.removeLast(size - got)
    return bytes
  }

  /// Takes note of what was written through `path`.
  public func adoptSize() throws(ScratchFileError) {
    let size = Int(lseek(descriptor, 0, SEEK_END))
    guard size >= 0 else { throw ScratchFileError(.cannotRead(folder: space.folder), errno) }
    guard size <= limit else { throw ScratchFileError(.full(limit: limit), ENOSPC) }
    try space.take(size - count)
    end.store(size, ordering: .relaxed)
  }
}

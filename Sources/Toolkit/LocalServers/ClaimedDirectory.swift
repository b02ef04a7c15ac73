internal import Glibc

/// A directory that belongs to this user, in which nobody else can write, and that no other process uses while this one
/// lives.
///
/// Its place may be a name that anybody can guess, under a parent in which anybody can write, such as `/var/tmp`: what
/// somebody else has put there is refused, so that nothing is written through a link of theirs.
public final class ClaimedDirectory: Sendable {
  public let path: String
  /// Holds the lock until it is closed, at the latest by the end of this process.
  private let lock: Int32

  /// Makes the directory, or takes over one of an earlier process.
  /// - Throws: `.inUse` and `.notOurs`, before anything in it has changed.
  public init(_ path: String) throws(LocalServerError) {
    let path = Files.absolute(path)
    try Files.makeDirectory(path)
    var status = stat()
    guard lstat(path, &status) == 0 else { throw .file(path, reason: String(cString: strerror(errno))) }
    guard status.st_mode & S_IFMT == S_IFDIR else { throw .file(path, reason: "this is no directory") }
    guard status.st_uid == geteuid() else { throw .notOurs(path, owner: Files.name(ofUser: status.st_uid)) }
    guard status.st_mode & 0o022 == 0 else { throw .file(path, reason: "others may write in it: chmod go-w \(path)") }
    self.path = path
    lock = try ClaimedDirectory.lock("\(path)/lock", of: path)
  }

  deinit { close(lock) }

  private static func lock(_ file: String, of path: String) throws(LocalServerError) -> Int32 {
    let descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
    guard descriptor >= 0 else { throw .file(file, reason: String(cString: strerror(errno))) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let reason = errno
      var buffer = [UInt8](repeating: 0, count: 16)
      let count = pread(descriptor, &buffer, buffer.count, 0)
      close(descriptor)
      guard reason == EWOULDBLOCK else { throw .file(file, reason: String(cString: strerror(reason))) }
      throw .inUse(path, process: Int32(String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)))
    }
    // For the message that another process gives; the lock itself holds without it.
    let process = Array(String(getpid()).utf8)
    guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, process, process.count, 0) == process.count else {
      let reason = errno
      close(descriptor)
      throw .file(file, reason: String(cString: strerror(reason)))
    }
    return descriptor
  }
}

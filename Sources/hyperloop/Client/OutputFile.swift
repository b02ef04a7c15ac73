internal import Arguments
internal import Glibc

/// A file that a command makes. It is there once it is whole; `-` is the standard output.
///
/// One thread at a time; unchecked, since it may be another one each time.
final class OutputFile: @unchecked Sendable {
  static let standardOutput = "-"

  private let path: String
  /// The name until the file is whole; nil where bytes go to their place at once.
  private let unfinished: String?
  private var descriptor: Int32
  /// Why a byte could not be written.
  private(set) var failure: StartError?

  init(_ path: String) throws(StartError) {
    self.path = path
    guard path != OutputFile.standardOutput else {
      unfinished = nil
      descriptor = STDOUT_FILENO
      return
    }
    var status = stat()
    let isThere = stat(path, &status) == 0
    // Devices and pipes are written to; a file is taken the place of.
    let isPlain = !isThere || status.st_mode & S_IFMT == S_IFREG
    let name = isPlain ? "\(path).part-\(getpid())" : path
    unfinished = isPlain ? name : nil
    descriptor = open(name, O_WRONLY | O_CREAT | O_CLOEXEC | (isPlain ? O_TRUNC : 0), 0o666)
    guard descriptor >= 0 else { throw OutputFile.problem(path, errno) }
  }

  deinit {
    if descriptor > STDOUT_FILENO { close(descriptor) }
    if let unfinished { unlink(unfinished) }
  }

  private static func problem(_ path: String, _ number: Int32) -> StartError {
    StartError("\(path) cannot be written: \(String(cString: strerror(number)))")
  }

  func write(_ bytes: [UInt8]) throws(StartError) {
    bytes.withUnsafeBytes { _ = write($0) }
    if let failure { throw failure }
  }

  /// - Returns: whether all went well; else `failure` says why.
  func write(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var rest = bytes[...]
    while failure == nil, !rest.isEmpty {
      let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if count == 0 || errno != EINTR {
        failure = OutputFile.problem(path, errno)
      }
    }
    return failure == nil
  }

  /// Puts the whole file into its place.
  func finish() throws(StartError) {
    if let failure { throw failure }
    guard descriptor > STDOUT_FILENO else { return }
    let isClosed = close(descriptor) == 0
    descriptor = -1
    guard isClosed, unfinished.map({ rename($0, path) == 0 }) ?? true else { throw OutputFile.problem(path, errno) }
  }
}

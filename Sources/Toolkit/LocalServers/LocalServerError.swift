/// Why a local server or another child process could not be started or used.
public enum LocalServerError: Error, Sendable, CustomStringConvertible {
  /// A program is not installed, or not where it is looked for.
  case programNotFound(String, hint: String)
  /// The operating system refused to start a program.
  case cannotStart(String, reason: String)
  /// A server ended before it answered.
  case ended(String, ChildProcess.Exit, log: String, tail: String)
  /// A server runs but does not answer in time.
  case noAnswer(String, within: Duration, log: String, tail: String)
  /// A helper program, such as `initdb`, failed.
  case helperFailed(String, ChildProcess.Exit, output: String)
  /// The user that a server must run as cannot reach its data directory.
  case unreachableDirectory(String, user: String)
  /// Another process uses a directory.
  case inUse(String, process: Int32?)
  /// A directory belongs to another user.
  case notOurs(String, owner: String)
  /// A file operation failed.
  case file(String, reason: String)
  /// No port is free.
  case noFreePort

  /// Whether the same call may succeed when repeated without a change by the operator.
  public var isRetriable: Bool {
    switch self {
    case .noAnswer, .ended, .noFreePort, .inUse: true
    default: false
    }
  }

  public var description: String {
    switch self {
    case .programNotFound(let program, let hint):
      "\(program) not found: \(hint)"
    case .cannotStart(let program, let reason):
      "\(program) cannot be started: \(reason)"
    case .ended(let server, let exit, let log, let tail):
      "\(server) ended (\(exit)) before it answered; the end of \(log):\n\(tail)"
    case .noAnswer(let server, let limit, let log, let tail):
      "\(server) does not answer after \(limit); the end of \(log):\n\(tail)"
    case .helperFailed(let program, let exit, let output):
      "\(program) failed (\(exit)):\n\(output)"
    case .unreachableDirectory(let path, let user):
      "user \(user) cannot reach \(path): choose a directory whose parents all have mode o+x, such as one under /var/tmp"
    case .inUse(let path, let process):
      "\(path) is in use\(process.map { " by process \($0)" } ?? ""): end that one first, or start from another folder"
    case .notOurs(let path, let owner):
      "\(path) belongs to \(owner): remove it, or start from another folder"
    case .file(let path, let reason):
      "\(path): \(reason)"
    case .noFreePort:
      "no free port was found on 127.0.0.1"
    }
  }
}

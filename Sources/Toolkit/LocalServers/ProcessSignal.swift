internal import Glibc

/// The signals that are sent to child processes.
public struct ProcessSignal: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  public let rawValue: Int32
  public init(rawValue: Int32) { self.rawValue = rawValue }

  public static let hangUp = ProcessSignal(rawValue: SIGHUP)
  public static let interrupt = ProcessSignal(rawValue: SIGINT)
  public static let quit = ProcessSignal(rawValue: SIGQUIT)
  public static let kill = ProcessSignal(rawValue: SIGKILL)
  public static let terminate = ProcessSignal(rawValue: SIGTERM)
  public static let pause = ProcessSignal(rawValue: SIGSTOP)
  public static let resume = ProcessSignal(rawValue: SIGCONT)
  public static let abort = ProcessSignal(rawValue: SIGABRT)

  /// The name without `SIG`, or the number where there is none here.
  public var description: String {
    switch self {
    case .hangUp: "HUP"
    case .interrupt: "INT"
    case .quit: "QUIT"
    case .kill: "KILL"
    case .terminate: "TERM"
    case .pause: "STOP"
    case .resume: "CONT"
    case .abort: "ABRT"
    default: "\(rawValue)"
    }
  }
}

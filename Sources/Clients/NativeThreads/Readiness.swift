internal import CLinux

/// What a file descriptor is ready for, or is watched for.
public struct Readiness: OptionSet, Sendable {
  public let rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// Bytes, a connection, or the end of the stream can be read.
  public static let readable = Readiness(rawValue: HL_EPOLLIN)
  /// Bytes can be written.
  public static let writable = Readiness(rawValue: HL_EPOLLOUT)
  /// The peer closed its half. Reported only when asked for.
  public static let peerClosed = Readiness(rawValue: HL_EPOLLRDHUP)
  /// An error or hang-up; always reported.
  public static let broken = Readiness(rawValue: HL_EPOLLERR | HL_EPOLLHUP)

  /// What the kernel reports. It tells errors and hang-ups apart, we do not: each counts as `broken` whole, so that
  /// `contains(.broken)` finds either.
  init(reported events: UInt32) {
    let all = Readiness(rawValue: events)
    self = all.isDisjoint(with: .broken) ? all : all.union(.broken)
  }
}

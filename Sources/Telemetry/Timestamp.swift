internal import CivilTime
internal import Glibc

/// An instant of the wall clock, in microseconds since 1970 in UTC.
public struct Timestamp: Hashable, Comparable, Sendable, CustomStringConvertible {
  public let microseconds: Int64

  public init(microseconds: Int64) { self.microseconds = microseconds }

  public static var now: Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
  }

  public static func < (one: Timestamp, other: Timestamp) -> Bool { one.microseconds < other.microseconds }

  /// RFC 3339 in UTC with six decimals, as `2026-04-11T09:30:00.000000Z`.
  public var description: String { String(decoding: bytes, as: UTF8.self) }

  var bytes: [UInt8] { RFC3339.text(microseconds: microseconds) }
}

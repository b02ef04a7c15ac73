internal import CivilTime

/// A moment, in microseconds since 1970-01-01T00:00:00Z, written as RFC 3339 in UTC.
public struct Instant: Hashable, Comparable, Sendable, CustomStringConvertible {
  public let microseconds: Int64
  public init(microseconds: Int64) { self.microseconds = microseconds }

  /// `2026-11-21T13:05:09.250000Z`.
  public var description: String { String(decoding: RFC3339.text(microseconds: microseconds), as: UTF8.self) }

  public static func < (one: Instant, other: Instant) -> Bool { one.microseconds < other.microseconds }

  public static func + (instant: Instant, duration: Duration) -> Instant {
    Instant(microseconds: instant.microseconds + duration.microseconds)
  }

  public static func - (one: Instant, other: Instant) -> Duration {
    .microseconds(one.microseconds - other.microseconds)
  }
}

extension Duration {
  /// Whole microseconds, rounded down.
  public var microseconds: Int64 { components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000 }
}

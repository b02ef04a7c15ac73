/// A moment, in microseconds since 1970-01-01T00:00:00Z, written as RFC 3339 in UTC.
public struct Instant: Hashable, Comparable, Sendable, CustomStringConvertible {
  public let microseconds: Int64
  public init(microseconds: Int64) { self.microseconds = microseconds }

  /// `2026-11-21T13:05:09.250000Z`.
  public var description: String {
    let seconds = microseconds.dividedRoundingDown(by: 1_000_000)
    let (days, time) = (seconds.dividedRoundingDown(by: 86_400), seconds.modulo(86_400))
    let (year, month, day) = civil(days: days)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(27)
    append(year, digits: 4, to: &bytes, then: 0x2D)
    append(Int64(month), digits: 2, to: &bytes, then: 0x2D)
    append(Int64(day), digits: 2, to: &bytes, then: 0x54)
    append(time / 3600, digits: 2, to: &bytes, then: 0x3A)
    append(time / 60 % 60, digits: 2, to: &bytes, then: 0x3A)
    append(time % 60, digits: 2, to: &bytes, then: 0x2E)
    append(microseconds.modulo(1_000_000), digits: 6, to: &bytes, then: 0x5A)
    return String(decoding: bytes, as: UTF8.self)
  }

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

private func append(_ value: Int64, digits: Int, to bytes: inout [UInt8], then separator: UInt8) {
  var divisor: Int64 = 1
  for _ in 1..<digits { divisor *= 10 }
  while divisor > 0 {
    bytes.append(0x30 + UInt8(value / divisor % 10))
    divisor /= 10
  }
  bytes.append(separator)
}

/// The Gregorian date of a day since 1970-01-01 (Howard Hinnant, "chrono-compatible low-level date algorithms").
private func civil(days: Int64) -> (year: Int64, month: Int, day: Int) {
  let shifted = days + 719_468
  let era = shifted.dividedRoundingDown(by: 146_097)
  let dayOfEra = shifted - era * 146_097
  let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
  let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
  let shiftedMonth = (5 * dayOfYear + 2) / 153
  let day = Int(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
  let month = Int(shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9)
  return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
}

extension Int64 {
  fileprivate func dividedRoundingDown(by divisor: Int64) -> Int64 {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }

  fileprivate func modulo(_ divisor: Int64) -> Int64 {
    let remainder = self % divisor
    return remainder < 0 ? remainder + divisor : remainder
  }
}

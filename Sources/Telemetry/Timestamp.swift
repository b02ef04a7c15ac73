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

  var bytes: [UInt8] {
    let (day, inDay) = Self.floorDivide(microseconds, 86_400_000_000)
    let date = Self.date(ofDay: day)
    let (second, fraction) = Self.floorDivide(inDay, 1_000_000)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(27)
    func append(_ value: Int64, digits: Int, then separator: Character) {
      var divisor: Int64 = 1
      for _ in 1..<digits { divisor *= 10 }
      while divisor > 0 {
        bytes.append(UInt8(ascii: "0") + UInt8(value / divisor % 10))
        divisor /= 10
      }
      if let ascii = separator.asciiValue { bytes.append(ascii) }
    }
    append(date.year, digits: 4, then: "-")
    append(date.month, digits: 2, then: "-")
    append(date.day, digits: 2, then: "T")
    append(second / 3_600, digits: 2, then: ":")
    append(second / 60 % 60, digits: 2, then: ":")
    append(second % 60, digits: 2, then: ".")
    append(fraction, digits: 6, then: "Z")
    return bytes
  }

  /// The proleptic Gregorian date of a day counted from 1970-01-01, in years that begin in March, so that the leap day is
  /// a year's last and months have the fixed pattern of 153 days in five.
  private static func date(ofDay number: Int64) -> (year: Int64, month: Int64, day: Int64) {
    // 719,468 days lie between 0000-03-01 and 1970-01-01; 146,097 days make 400 years.
    let (era, dayOfEra) = floorDivide(number + 719_468, 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
  }

  private static func floorDivide(_ value: Int64, _ divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}

/// A day in the Gregorian calendar, written `2019-04-11` (ISO 8601).
public struct CalendarDate: Hashable, Comparable, Sendable {
  /// Year · 10,000 + month · 100 + day: ordered as the days are.
  public let ordinal: Int32

  public init?(year: Int, month: Int, day: Int) {
    guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
      day <= CalendarDate.days(in: month, of: year)
    else { return nil }
    ordinal = Int32(year * 10_000 + month * 100 + day)
  }

  /// Reads exactly `YYYY-MM-DD`.
  public init?(iso text: some Collection<UInt8>) {
    guard text.count == 10 else { return nil }
    var numbers = [0, 0, 0]
    for (place, byte) in text.enumerated() {
      if place == 4 || place == 7 {
        guard byte == 0x2D else { return nil }
        continue
      }
      guard byte >= 0x30, byte <= 0x39 else { return nil }
      let part = place < 4 ? 0 : place < 7 ? 1 : 2
      numbers[part] = numbers[part] * 10 + Int(byte - 0x30)
    }
    self.init(year: numbers[0], month: numbers[1], day: numbers[2])
  }

  public var year: Int { Int(ordinal) / 10_000 }
  public var month: Int { Int(ordinal) / 100 % 100 }
  public var day: Int { Int(ordinal) % 100 }

  /// `YYYY-MM-DD`.
  public func append(to bytes: inout [UInt8]) {
    var divisor = 10_000_000
    for place in 0..<8 {
      if place == 4 || place == 6 { bytes.append(0x2D) }
      bytes.append(0x30 + UInt8(Int(ordinal) / divisor % 10))
      divisor /= 10
    }
  }

  public var text: String {
    var bytes: [UInt8] = []
    append(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  public static func < (one: CalendarDate, other: CalendarDate) -> Bool { one.ordinal < other.ordinal }

  private static func days(in month: Int, of year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}

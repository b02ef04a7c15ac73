internal import CivilTime

extension Instant {
  /// Reads RFC 3339 with any offset; digits beyond the microsecond are dropped.
  public init?(rfc3339 text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count >= 20, let date = CalendarDate(iso: bytes[..<10]), bytes[10] | 0x20 == 0x74,
      let time = Instant.timeOfDay(bytes[11..<19])
    else { return nil }
    var rest = bytes[19...]
    var fraction: Int64 = 0
    if rest.first == 0x2E {
      let digits = rest.dropFirst().prefix { $0 >= 0x30 && $0 <= 0x39 }
      guard !digits.isEmpty else { return nil }
      for place in 0..<6 {
        let index = digits.startIndex + place
        fraction = fraction * 10 + (index < digits.endIndex ? Int64(digits[index] - 0x30) : 0)
      }
      rest = rest[digits.endIndex...]
    }
    guard let offset = Instant.offset(rest) else { return nil }
    let day = Int64(DayNumber.of(year: date.year, month: date.month, day: date.day))
    microseconds = (day * 86_400 + time - offset) * 1_000_000 + fraction
  }

  /// Seconds since midnight of `hh:mm:ss`.
  private static func timeOfDay(_ text: ArraySlice<UInt8>) -> Int64? {
    guard let minutes = minuteOfDay(text.prefix(5)), text[text.startIndex + 5] == 0x3A,
      let seconds = number(text.suffix(2)), seconds < 60
    else { return nil }
    return minutes * 60 + seconds
  }

  /// Seconds that `Z` or `±hh:mm` stands for.
  private static func offset(_ text: ArraySlice<UInt8>) -> Int64? {
    guard let sign = text.first else { return nil }
    if sign | 0x20 == 0x7A { return text.count == 1 ? 0 : nil }
    guard sign == 0x2B || sign == 0x2D, text.count == 6, let minutes = minuteOfDay(text.dropFirst()) else { return nil }
    return (sign == 0x2D ? -60 : 60) * minutes
  }

  /// Minutes since midnight of `hh:mm`.
  private static func minuteOfDay(_ text: ArraySlice<UInt8>) -> Int64? {
    guard let hours = number(text.prefix(2)), hours < 24, text[text.startIndex + 2] == 0x3A,
      let minutes = number(text.suffix(2)), minutes < 60
    else { return nil }
    return hours * 60 + minutes
  }

  private static func number(_ text: ArraySlice<UInt8>) -> Int64? {
    guard text.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
    return text.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
  }
}

/// Moments as RFC 3339 writes them in UTC.
public enum RFC3339 {
  /// `2026-04-11T09:30:00.000000Z`. A year that has not four digits is shown as the nearest that has.
  /// - Parameter microseconds: since 1970-01-01T00:00:00Z.
  public static func text(microseconds: Int64) -> [UInt8] {
    let (second, fraction) = Int(microseconds).dividedRoundingDown(by: 1_000_000)
    let (day, time) = second.dividedRoundingDown(by: 86_400)
    let date = DayNumber.date(of: day)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(27)
    func append(_ value: Int, digits: Int, then separator: UInt8) {
      var divisor = 1
      for _ in 1..<digits { divisor *= 10 }
      while divisor > 0 {
        bytes.append(UInt8(ascii: "0") + UInt8(value / divisor % 10))
        divisor /= 10
      }
      bytes.append(separator)
    }
    append(min(max(date.year, 0), 9_999), digits: 4, then: UInt8(ascii: "-"))
    append(date.month, digits: 2, then: UInt8(ascii: "-"))
    append(date.day, digits: 2, then: UInt8(ascii: "T"))
    append(time / 3_600, digits: 2, then: UInt8(ascii: ":"))
    append(time / 60 % 60, digits: 2, then: UInt8(ascii: ":"))
    append(time % 60, digits: 2, then: UInt8(ascii: "."))
    append(fraction, digits: 6, then: UInt8(ascii: "Z"))
    return bytes
  }
}

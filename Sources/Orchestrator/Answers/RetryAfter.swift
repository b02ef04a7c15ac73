internal import CivilTime

/// Reads a `Retry-After` header (RFC 9110, section 10.2.3): seconds, or an HTTP date.
enum RetryAfter {
  /// Longer wishes count as a day.
  private static let longest: Int64 = 86_400

  /// - Parameter now: seconds since 1970, UTC.
  static func duration(_ text: String, now: Int64) -> Duration? {
    let bytes = Array(text.utf8)
    guard !bytes.isEmpty else { return nil }
    if bytes.allSatisfy(isDigit) {
      let seconds = bytes.prefix(10).reduce(Int64(0)) { $0 * 10 + Int64($1 - 0x30) }
      return .seconds(bytes.count > 9 ? longest : min(seconds, longest))
    }
    return seconds(ofDate: text).map { .seconds(max(0, min($0 - now, longest))) }
  }

  /// Seconds since 1970 of `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, section 5.6.7; the two obsolete forms are not read).
  private static func seconds(ofDate text: String) -> Int64? {
    let parts = text.split(separator: " ")
    guard parts.count == 6, parts[5] == "GMT", let day = Int(parts[1]), (1...31).contains(day),
      let month = months.firstIndex(of: String(parts[2])), let year = Int(parts[3]), (1970...9999).contains(year)
    else { return nil }
    let time = parts[4].split(separator: ":").compactMap { Int64($0) }
    guard time.count == 3, (0..<24).contains(time[0]), (0..<60).contains(time[1]), (0...60).contains(time[2]) else {
      return nil
    }
    return Int64(DayNumber.of(year: year, month: month + 1, day: day)) * 86_400 + time[0] * 3_600 + time[1] * 60
      + time[2]
  }

  private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
}

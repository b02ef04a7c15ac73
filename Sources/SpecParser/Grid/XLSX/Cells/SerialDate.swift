internal import CivilTime

/// A spreadsheet's moment: days since the start of its date system, and seconds of the day.
struct SerialDate {
  let days: Int
  let seconds: Int

  /// - Parameter number: not negative.
  init?(_ number: SheetNumber) {
    guard !number.isNegative, let (whole, rest) = number.parts, whole <= SerialDate.last else { return nil }
    let exact = rest * 86_400
    // What is half a millisecond short of midnight is midnight, but for noise. The last moment that databases have of a
    // day, 23:59:59.997, is still that day.
    let seconds = exact < 86_399.999_5 ? min(86_399, Int(exact.rounded())) : 86_400
    days = whole + seconds / 86_400
    self.seconds = seconds % 86_400
  }

  /// A whole day.
  init(days: Int) {
    self.days = days
    seconds = 0
  }

  /// 9999-12-31.
  static let last = 2_958_465

  /// Appends `2019-04-11`.
  ///
  /// The system of 1900 takes 1900 for a leap year: it has a day 60, 29 February, and all before that are a day late.
  /// - Returns: false for a number that is no day.
  func appendDay(isFrom1904: Bool, to target: inout [UInt8]) -> Bool {
    if days > (isFrom1904 ? SerialDate.last - 1_462 : SerialDate.last) { return false }
    if isFrom1904 {
      SerialDate.append(dayOf1970: days - 24_107, to: &target)
    } else if days > 60 {
      SerialDate.append(dayOf1970: days - 25_569, to: &target)
    } else if days == 60 {
      target.append(contentsOf: "1900-02-29".utf8)
    } else if days > 0 {
      SerialDate.append(dayOf1970: days - 25_568, to: &target)
    } else {
      return false
    }
    return true
  }

  /// Appends `13:30:00`.
  /// - Parameter isElapsed: whether days are shown as hours.
  func appendTime(isElapsed: Bool = false, to target: inout [UInt8]) {
    let hours = seconds / 3600 + (isElapsed ? days * 24 : 0)
    if hours > 99 { target.append(contentsOf: String(hours).utf8) } else { SerialDate.append(hours, to: &target) }
    target.append(UInt8(ascii: ":"))
    SerialDate.append(seconds / 60 % 60, to: &target)
    target.append(UInt8(ascii: ":"))
    SerialDate.append(seconds % 60, to: &target)
  }

  private static func append(dayOf1970 day: Int, to target: inout [UInt8]) {
    let date = DayNumber.date(of: day)
    append(date.year / 100, to: &target)
    append(date.year % 100, to: &target)
    target.append(UInt8(ascii: "-"))
    append(date.month, to: &target)
    target.append(UInt8(ascii: "-"))
    append(date.day, to: &target)
  }

  /// Two digits.
  private static func append(_ number: Int, to target: inout [UInt8]) {
    target.append(.zero + UInt8(truncatingIfNeeded: number / 10))
    target.append(.zero + UInt8(truncatingIfNeeded: number % 10))
  }
}

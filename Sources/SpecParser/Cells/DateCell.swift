internal import ItemModel

/// A date in the order that the spec declares, or as ISO 8601 has it, or with the month's name.
struct DateCell {
  let date: CalendarDate
  /// Whether more was read than three numbers.
  let isNormalised: Bool

  /// A date's three numbers, as they stand in the cell.
  struct Parts {
    var numbers = (0, 0, 0)
    var digits = (0, 0, 0)
    /// Behind the last of them.
    var end = 0

    var isYearFirst: Bool { digits.0 == 4 }
  }

  /// - Parameter order: nil when nothing says which of the numbers is the month.
  @inline(__always)
  static func read(
    _ cell: UnsafeBufferPointer<UInt8>, order: DateFormat.Order?, pivot: Int
  ) throws(CellProblem) -> DateCell {
    if let parts = parts(cell), parts.end == cell.count {
      return DateCell(date: try date(parts, order, pivot), isNormalised: false)
    }
    return try readSlowly(cell, order, pivot)
  }

  private static func readSlowly(
    _ cell: UnsafeBufferPointer<UInt8>, _ order: DateFormat.Order?, _ pivot: Int
  ) throws(CellProblem) -> DateCell {
    if let parts = parts(cell) {
      let rest = cell.part(parts.end, cell.count)
      guard rest.first == .space || rest.first == UInt8(ascii: "T") else { throw .invalidDate(order) }
      // Spreadsheets append `0:00` to days; any other time of day means more than a day.
      guard isMidnight(rest.part(1, rest.count)) else {
        throw CellProblem(
          code: "date_with_time", description: "This is a time of day; a whole day is wanted.",
          hint: "Write the day alone.")
      }
      return DateCell(date: try date(parts, order, pivot), isNormalised: true)
    }
    if isSerial(cell) { throw .dateSerial }
    if cell.allSatisfy(\.isDigit) {
      // 20190411 can be nothing else.
      let number = cell.reduce(0) { $0 &* 10 &+ Int($1 &- 0x30) }
      if cell.count == 8, (1900...2199).contains(number / 10_000),
        let date = CalendarDate(year: number / 10_000, month: number / 100 % 100, day: number % 100)
      {
        return DateCell(date: date, isNormalised: true)
      }
    }
    guard let date = MonthName.read(cell, pivot: pivot) else { throw .invalidDate(order) }
    return DateCell(date: try recent(date), isNormalised: true)
  }

  /// Three numbers with `-`, `/` or `.` between them.
  @inline(__always)
  static func parts(_ cell: UnsafeBufferPointer<UInt8>) -> Parts? {
    var (part, at, number, digits) = (0, 0, 0, 0)
    var parts = Parts()
    while true {
      if at < cell.count, cell[at].isDigit, digits < 4 {
        number = number &* 10 &+ Int(cell[at] &- 0x30)
        digits &+= 1
        at &+= 1
        continue
      }
      guard digits > 0 else { return nil }
      switch part {
      case 0: (parts.numbers.0, parts.digits.0) = (number, digits)
      case 1: (parts.numbers.1, parts.digits.1) = (number, digits)
      default:
        (parts.numbers.2, parts.digits.2) = (number, digits)
        parts.end = at
        return at < cell.count && cell[at].isDigit ? nil : parts
      }
      guard at < cell.count,
        cell[at] == UInt8(ascii: "-") || cell[at] == UInt8(ascii: "/") || cell[at] == UInt8(ascii: ".")
      else { return nil }
      (part, number, digits) = (part &+ 1, 0, 0)
      at &+= 1
    }
  }

  @inline(__always)
  private static func date(
    _ parts: Parts, _ declared: DateFormat.Order?, _ pivot: Int
  ) throws(CellProblem) -> CalendarDate {
    let (first, second, third) = parts.numbers
    // A year of four digits in front leaves nothing to declare.
    if parts.isYearFirst || declared == .yearFirst {
      guard parts.digits.1 <= 2, parts.digits.2 <= 2, parts.digits.0 != 3, parts.digits.0 > 1,
        let date = CalendarDate(year: year(first, parts.digits.0, pivot), month: second, day: third)
      else { throw .invalidDate(declared) }
      return try recent(date)
    }
    guard parts.digits.0 <= 2, parts.digits.1 <= 2, parts.digits.2 == 2 || parts.digits.2 == 4 else {
      throw .invalidDate(declared)
    }
    guard let order = declared ?? onlyOrder(first, second) else { throw .dateOrderUnknown }
    let (month, day) = order == .monthFirst ? (first, second) : (second, first)
    guard let date = CalendarDate(year: year(third, parts.digits.2, pivot), month: month, day: day) else {
      throw .invalidDate(declared)
    }
    return try recent(date)
  }

  /// Whether another order makes another date of it.
  static func isAmbiguous(_ cell: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let parts = parts(cell), !parts.isYearFirst else { return false }
    return parts.numbers.0 <= 12 && parts.numbers.1 <= 12 && parts.numbers.0 != parts.numbers.1
  }

  /// Without an order, only what can be read in one way is a date.
  private static func onlyOrder(_ first: Int, _ second: Int) -> DateFormat.Order? {
    first > 12 ? .dayFirst : second > 12 || first == second ? .monthFirst : nil
  }

  /// 0025 comes of a year of two digits, and means another.
  @inline(__always)
  private static func recent(_ date: CalendarDate) throws(CellProblem) -> CalendarDate {
    guard date.ordinal >= 1900_00_00 else { throw .yearTooEarly }
    return date
  }

  @inline(__always)
  static func year(_ number: Int, _ digits: Int, _ pivot: Int) -> Int {
    digits == 4 ? number : number + (number < pivot ? 2000 : 1900)
  }

  /// `43566`, and with a time `43566.5`.
  private static func isSerial(_ cell: UnsafeBufferPointer<UInt8>) -> Bool {
    let parts = cell.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return parts.count <= 2 && parts[0].count == 5 && parts.allSatisfy { $0.allSatisfy(\.isDigit) }
  }

  /// `0:00`, `12:00 AM`, `00:00:00-05:00`: midnight where the cell was written.
  private static func isMidnight(_ time: UnsafeBufferPointer<UInt8>) -> Bool {
    var clock = String(decoding: time, as: UTF8.self).lowercased().filter { $0 != " " }
    for zone in ["z", "utc", "gmt"] where clock.hasSuffix(zone) { clock.removeLast(zone.count) }
    if let sign = clock.lastIndex(where: { $0 == "+" || $0 == "-" }),
      clock[sign...].dropFirst().allSatisfy({ $0.isNumber || $0 == ":" })
    {
      clock = String(clock[..<sign])
    }
    if clock.hasPrefix("12"), clock.hasSuffix("am") { clock = "0" + clock.dropFirst(2).dropLast(2) }
    return clock.first == "0" && clock.allSatisfy { "0:.".contains($0) }
  }
}

extension CellProblem {
  static let dateSerial = CellProblem(
    code: "date_serial", description: "This is a spreadsheet's inner number for a date.",
    hint: "Format the column as a date, or as text such as 2019-04-11.")

  static let yearTooEarly = CellProblem(
    code: "year_too_early", description: "This is a day before 1900.",
    hint: "Write the year that is meant, such as 2025 where a program has made 0025 of 25.")

  static let dateOrderUnknown = CellProblem(
    code: "date_order_unknown", description: "Nothing in the column tells the day from the month.",
    hint: "Write dates as 2019-04-21.")

  static func invalidDate(_ order: DateFormat.Order?) -> CellProblem {
    let example =
      switch order {
      case .monthFirst: "Dates here are month first: 4-21-19 is the 21st of April 2019; 2019-04-21 is understood too."
      case .dayFirst: "Dates here are day first: 21-4-19 is the 21st of April 2019; 2019-04-21 is understood too."
      case .yearFirst: "Dates here are year first: 2019-04-21."
      default: "Write dates as 2019-04-21."
      }
    return CellProblem(code: "invalid_date", description: "This is not a date.", hint: example)
  }
}

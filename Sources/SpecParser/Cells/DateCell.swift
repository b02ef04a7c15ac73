internal import ItemModel

/// A date in the order that the spec declares, or as ISO 8601 has it.
enum DateCell {
  static func read(_ cell: ArraySlice<UInt8>, _ format: DateFormat) throws(CellProblem) -> CalendarDate {
    let day = try withoutMidnight(cell)
    let parts = day.split(omittingEmptySubsequences: false, whereSeparator: isSeparator)
    if parts.count == 1, day.count == 5, day.allSatisfy(\.isDigit) {
      throw CellProblem(
        code: "date_serial", description: "This is a spreadsheet's inner number for a date.",
        hint: "Format the column as a date, or as text such as 2019-04-11.")
    }
    guard parts.count == 3, parts.allSatisfy({ (1...4).contains($0.count) && $0.allSatisfy(\.isDigit) }) else {
      throw invalid(format)
    }
    let numbers = parts.map { $0.reduce(0) { $0 * 10 + Int($1 - 0x30) } }
    // A year of four digits in front leaves nothing to declare.
    let order = parts[0].count == 4 ? .yearFirst : format.order
    let (y, m, d): (Int, Int, Int) =
      switch order {
      case .monthFirst: (2, 0, 1)
      case .dayFirst: (2, 1, 0)
      case .yearFirst: (0, 1, 2)
      }
    guard parts[m].count <= 2, parts[d].count <= 2, parts[y].count == 2 || parts[y].count == 4 else {
      throw invalid(format)
    }
    let year = parts[y].count == 4 ? numbers[y] : numbers[y] + (numbers[y] < format.pivot ? 2000 : 1900)
    guard let date = CalendarDate(year: year, month: numbers[m], day: numbers[d]) else { throw invalid(format) }
    return date
  }

  private static func isSeparator(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "-") || byte == UInt8(ascii: "/") || byte == UInt8(ascii: ".")
  }

  /// Spreadsheets append `0:00` to days; any other time of day means more than a day.
  private static func withoutMidnight(_ cell: ArraySlice<UInt8>) throws(CellProblem) -> ArraySlice<UInt8> {
    guard let gap = cell.firstIndex(where: { $0 == .space || $0 == UInt8(ascii: "T") }) else { return cell }
    guard cell[(gap + 1)...].allSatisfy({ "0:.Z".utf8.contains($0) }) else {
      throw CellProblem(
        code: "date_with_time", description: "This is a time of day; a whole day is wanted.",
        hint: "Write the day alone.")
    }
    return cell[..<gap]
  }

  private static func invalid(_ format: DateFormat) -> CellProblem {
    let example =
      switch format.order {
      case .monthFirst: "Dates here are month first: 4-21-19 is the 21st of April 2019; 2019-04-21 is understood too."
      case .dayFirst: "Dates here are day first: 21-4-19 is the 21st of April 2019; 2019-04-21 is understood too."
      case .yearFirst: "Dates here are year first: 2019-04-21."
      }
    return CellProblem(code: "invalid_date", description: "This is not a date.", hint: example)
  }
}

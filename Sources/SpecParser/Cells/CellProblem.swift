/// Why a cell cannot be read as what its column asks for.
struct CellProblem: Error, Equatable {
  let code: String
  let description: String
  let hint: String

  static let missing = CellProblem(
    code: "missing_value", description: "Every row needs a value here.", hint: "Fill the cell in.")

  static let invalidNumber = CellProblem(
    code: "invalid_number", description: "This is not a number.", hint: "Write it as 1234.56.")

  static let invalidMoney = CellProblem(
    code: "invalid_money", description: "This is not an amount of money.", hint: "Write it as 39.88 or $39.88.")

  /// A comma where a point is asked for.
  static func decimalComma(_ code: String) -> CellProblem {
    CellProblem(
      code: code, description: "A comma stands before the fraction here, where a point is expected.",
      hint: "Write all of the column in one way, 39.88 or 39,88.")
  }

  /// - Parameter mark: what stands before the column's fractions where that can be told.
  static func decimalMarkUnknown(_ mark: DecimalMark) -> CellProblem {
    CellProblem(
      code: "decimal_mark_unknown",
      description: "Whether thousands end here or the fraction begins cannot be told"
        + (mark == .comma ? "." : ": no row of the column shows it."),
      hint: "Write all of the column in one way, without dividing thousands: 1234.00.")
  }

  static let invalidCurrency = CellProblem(
    code: "invalid_currency", description: "The row's currency is not one.",
    hint: "Write its code, such as USD, into the column of currencies.")

  /// - Parameter place: what says another currency than the row's.
  static func currencyContradicted(_ currency: Currency, _ place: String, says other: Currency) -> CellProblem {
    CellProblem(
      code: "currency_contradicted",
      description: "The amount is in \(currency.text), but \(place) says \(other.text).",
      hint: "Name one currency, \(currency.text) or \(other.text).")
  }

  static let twoCurrencies = CellProblem(
    code: "currency_contradicted", description: "The amount names two currencies.", hint: "Name one currency.")

  static let unknownCurrency = CellProblem(
    code: "invalid_money", description: "What stands beside the number is not known as a currency.",
    hint: "Write the currency's code beside the number, such as SEK 39.88.")

  static let tooPrecise = CellProblem(
    code: "too_precise", description: "A number has at most six digits behind the point.", hint: "Round it.")

  static let outOfRange = CellProblem(
    code: "out_of_range", description: "The number is too large.",
    hint: "Look for a point that is missing.")

  static let spreadsheetError = CellProblem(
    code: "spreadsheet_error", description: "The spreadsheet has computed no value for this cell.",
    hint: "Mend the formula, or type the value in. If a program made the file, open it in a spreadsheet and save it.")

  static let noRoomForValue = CellProblem(
    code: "spreadsheet_error", description: "The column was too narrow to show its value when the file was saved.",
    hint: "Make the column wider, and save the file again.")

  /// The same, with the cells that have decided: two that contradict each other, or one.
  func naming(_ witnesses: [ColumnReadings.Witness]) -> CellProblem {
    guard let first = witnesses.first, let last = witnesses.last else { return self }
    let rows = "rows \(min(first.line, last.line)) and \(max(first.line, last.line))"
    let areTwo = witnesses.count == 2
    return switch self {
    case .dateOrderUnknown where areTwo:
      CellProblem(
        code: "date_order_mixed",
        description: "Some dates of the column can only be day first, others only month first; see \(rows).",
        hint: "Write dates as 2019-04-21.")
    case .dateOrderUnknown:
      CellProblem(
        code: "date_order_contradicted",
        description: """
          Day and month may be swapped: row \(first.line) has them in the other order, \(first.value), and no row in the \
          one asked for.
          """,
        hint: "Write dates as 2019-04-21.")
    case .decimalMarkUnknown(.point) where areTwo:
      describing("Whether thousands end here or the fraction begins cannot be told: the column does both; see \(rows).")
    case .decimalMarkUnknown(.comma):
      describing(description.dropLast() + ", though a comma stands before the fraction in row \(first.line).")
    case .decimalComma(code) where areTwo:
      describing("A comma stands before the fraction here, but cannot in row \(first.line).")
    default: self
    }
  }

  private func describing(_ description: String) -> CellProblem {
    CellProblem(code: code, description: description, hint: hint)
  }
}

internal import ItemModel

/// A GTIN as a spreadsheet holds it.
enum GTINCell {
  static func read(_ cell: ArraySlice<UInt8>) throws(CellProblem) -> GTIN {
    if cell.isEmpty { throw .missing }
    do {
      return try GTIN(submitted: cell)
    } catch {
      switch error {
      case .notDigits where isScientific(cell):
        throw CellProblem(
          code: "gtin_scientific", description: "The spreadsheet has rounded the GTIN; its digits are lost.",
          hint: "Format the column as text, and enter the GTIN again.")
      case .notDigits:
        throw CellProblem(code: "gtin_not_digits", description: "A GTIN consists of digits only.", hint: "")
      case .wrongLength(let count):
        throw CellProblem(
          code: "gtin_length", description: "A GTIN has 8, 12, 13 or 14 digits, not \(count).",
          hint: hint(for: cell))
      }
    }
  }

  static func checkDigitProblem(of gtin: GTIN, submitted cell: ArraySlice<UInt8>) -> CellProblem {
    let right = GTIN.checkDigit(of: gtin.number / 10)
    var hint = "Its last digit would be \(right)."
    // A number with a zero before it has room for the digit that may have been left out.
    if cell.first == UInt8(ascii: "0"), let whole = appendingCheckDigit(to: gtin.number) {
      hint += " Or the check digit seems to be missing: \(whole.text14)."
    }
    return CellProblem(code: "gtin_check_digit", description: "The GTIN's check digit is wrong.", hint: hint)
  }

  /// `6.21456E+10`.
  private static func isScientific(_ cell: ArraySlice<UInt8>) -> Bool {
    guard let exponent = cell.firstIndex(where: { $0.lowercased == UInt8(ascii: "e") }) else { return false }
    let (head, tail) = (cell[..<exponent], cell[(exponent + 1)...])
    let digits = tail.first == UInt8(ascii: "+") || tail.first == UInt8(ascii: "-") ? tail.dropFirst() : tail
    return head.first?.isDigit == true && !digits.isEmpty && digits.allSatisfy(\.isDigit)
      && head.allSatisfy { $0.isDigit || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ",") }
  }

  private static func hint(for digits: ArraySlice<UInt8>) -> String {
    guard digits.count < 14 else { return "Look for two numbers in one cell." }
    guard let gtin = GTIN(number: digits.reduce(0) { $0 * 10 + UInt64($1 - 0x30) }) else { return "" }
    if gtin.hasValidCheckDigit {
      return "The leading zeros seem to be lost: format the column as text, and write \(gtin.text14)."
    }
    guard let whole = appendingCheckDigit(to: gtin.number) else { return "" }
    return "The check digit seems to be missing: \(whole.text14)."
  }

  private static func appendingCheckDigit(to number: UInt64) -> GTIN? {
    GTIN(number: number * 10 + GTIN.checkDigit(of: number))
  }
}

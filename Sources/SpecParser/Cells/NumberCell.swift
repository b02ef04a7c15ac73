internal import ItemModel

/// A number as people write it: `1,234.5`, `(2.50)` for what is below zero.
enum NumberCell {
  static func read(_ cell: ArraySlice<UInt8>) throws(CellProblem) -> DecimalNumber {
    try read(cell, problem: invalid)
  }

  static func readInteger(_ cell: ArraySlice<UInt8>) throws(CellProblem) -> DecimalNumber {
    let number = try read(cell)
    guard number.micros % 1_000_000 == 0 else {
      throw CellProblem(code: "not_an_integer", description: "This is not a whole number.", hint: "Round it.")
    }
    return DecimalNumber(micros: number.micros, scale: 0)
  }

  /// - Parameter problem: what is thrown for a text that is no number.
  static func read(_ cell: ArraySlice<UInt8>, problem: CellProblem) throws(CellProblem) -> DecimalNumber {
    var digits = cell.trimmed
    var isNegative = false
    if digits.first == UInt8(ascii: "("), digits.last == UInt8(ascii: ")") {
      isNegative = true
      digits = digits.dropFirst().dropLast().trimmed
    } else if let sign = digits.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
      isNegative = sign == UInt8(ascii: "-")
      digits = digits.dropFirst().trimmed
    }
    // An exponent means that a spreadsheet has rounded it.
    guard let first = digits.first, first.isDigit || first == UInt8(ascii: "."),
      digits.allSatisfy({ $0.isDigit || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ",") })
    else { throw problem }
    guard let plain = withoutThousands(digits) else { throw problem }
    do {
      let number = try DecimalNumber(parsing: plain)
      return isNegative ? DecimalNumber(micros: -number.micros, scale: number.scale) : number
    } catch {
      switch error {
      case .notANumber: throw problem
      case .tooPrecise:
        throw CellProblem(
          code: "too_precise", description: "A number has at most six digits behind the point.", hint: "Round it.")
      case .outOfRange:
        throw CellProblem(code: "out_of_range", description: "The number is too large.", hint: "")
      }
    }
  }

  private static let invalid = CellProblem(
    code: "invalid_number", description: "This is not a number.", hint: "Write it as 1234.56.")

  /// Drops the commas if they stand where thousands end; nil if they stand elsewhere, as in `39,88`.
  private static func withoutThousands(_ digits: ArraySlice<UInt8>) -> [UInt8]? {
    guard digits.contains(UInt8(ascii: ",")) else { return Array(digits) }
    let whole = digits.prefix { $0 != UInt8(ascii: ".") }
    let groups = whole.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    guard (1...3).contains(groups[0].count), groups.dropFirst().allSatisfy({ $0.count == 3 }) else { return nil }
    let fraction = digits[whole.endIndex...]
    guard !fraction.contains(UInt8(ascii: ",")) else { return nil }
    return groups.flatMap { $0 } + fraction
  }
}

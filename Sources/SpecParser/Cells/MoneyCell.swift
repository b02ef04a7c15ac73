internal import ItemModel

/// An amount as people write it: `$39.88`, `1,234.56 USD`, `($2.50)`.
enum MoneyCell {
  /// - Parameter currency: what is meant when the cell names none.
  static func read(_ cell: ArraySlice<UInt8>, currency: String) throws(CellProblem) -> Money {
    var amount = cell
    var isNegative = false
    if amount.first == UInt8(ascii: "("), amount.last == UInt8(ascii: ")") {
      isNegative = true
      amount = amount.dropFirst().dropLast().trimmed
    } else if amount.first == UInt8(ascii: "-"), amount.dropFirst().first?.isDigit != true {
      isNegative = true
      amount = amount.dropFirst().trimmed
    }
    let named = takeCurrency(from: &amount, default: currency)
    let number = try NumberCell.read(amount.trimmed, problem: invalid)
    if isNegative, number.micros < 0 { throw invalid }
    do {
      return try Money(
        amount: isNegative ? DecimalNumber(micros: -number.micros, scale: number.scale) : number,
        currency: named ?? currency)
    } catch {
      throw invalid
    }
  }

  private static let invalid = CellProblem(
    code: "invalid_money", description: "This is not an amount of money.", hint: "Write it as 39.88 or $39.88.")

  /// Cuts a sign (`$`) or a code (`USD`) off one end.
  private static func takeCurrency(from amount: inout ArraySlice<UInt8>, default currency: String) -> String? {
    for (sign, code) in signs {
      if amount.starts(with: sign) {
        amount = amount.dropFirst(sign.count)
      } else if amount.reversed().starts(with: sign.reversed()) {
        amount = amount.dropLast(sign.count)
      } else {
        continue
      }
      // A dollar is the spec's own dollar, be it Canada's.
      return code == "USD" && currency.hasSuffix("D") ? currency : code
    }
    for (letters, rest) in [(amount.prefix(3), amount.dropFirst(3)), (amount.suffix(3), amount.dropLast(3))]
    where letters.count == 3 && letters.allSatisfy(\.isLetter) {
      amount = rest
      return letters.text.uppercased()
    }
    return nil
  }

  private static let signs: [(sign: [UInt8], code: String)] = [
    (Array("$".utf8), "USD"), (Array("€".utf8), "EUR"), (Array("£".utf8), "GBP"), (Array("¥".utf8), "JPY"),
  ]
}

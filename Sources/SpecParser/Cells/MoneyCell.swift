internal import ItemModel

/// An amount as people write it: `$39.88`, `1,234.56 USD`, `($2.50)`, `2.50-`.
struct MoneyCell {
  let amount: DecimalNumber
  let currency: Currency
  /// Whether more was read than a currency, a sign, digits and a point.
  let isNormalised: Bool

  /// - Parameter currency: what is meant when the cell names none.
  @inline(__always)
  static func read(
    _ cell: UnsafeBufferPointer<UInt8>, currency: Currency, mark: DecimalMark
  ) throws(CellProblem) -> MoneyCell {
    guard let first = cell.first, let last = cell.last else { throw .invalidMoney }
    if first.isDigit, last.isDigit {
      let number = try number(cell, mark)
      return MoneyCell(amount: number.number, currency: currency, isNormalised: number.isNormalised)
    }
    if first == UInt8(ascii: "$"), currency == .dollar, last.isDigit, cell[1].isDigit {
      let number = try number(cell.part(1, cell.count), mark)
      return MoneyCell(amount: number.number, currency: currency, isNormalised: number.isNormalised)
    }
    return try readSigned(cell, currency, mark)
  }

  private static func readSigned(
    _ cell: UnsafeBufferPointer<UInt8>, _ currency: Currency, _ mark: DecimalMark
  ) throws(CellProblem) -> MoneyCell {
    var amount = cell
    var (isNegative, isNormalised) = (false, false)
    if amount.first == UInt8(ascii: "("), amount.last == UInt8(ascii: ")") {
      (isNegative, isNormalised) = (true, true)
      amount = amount.part(1, amount.count - 1).trimmed
    } else if amount.first == UInt8(ascii: "-"), amount.count > 1, !amount[1].isDigit {
      isNegative = true
      amount = amount.part(1, amount.count).trimmed
    }
    let named = try takeCurrency(from: &amount, default: currency)
    let number = try number(amount, mark, named: named)
    if isNegative, number.number.micros < 0 { throw .invalidMoney }
    return MoneyCell(
      amount: isNegative ? DecimalNumber(micros: -number.number.micros, scale: number.number.scale) : number.number,
      currency: named ?? currency, isNormalised: isNormalised || number.isNormalised)
  }

  /// - Parameter named: the currency that was cut off.
  @inline(__always)
  private static func number(
    _ amount: UnsafeBufferPointer<UInt8>, _ mark: DecimalMark, named: Currency? = nil
  ) throws(CellProblem) -> NumberCell {
    do { return try NumberCell.read(amount, mark: mark, problem: .invalidMoney) } catch {
      throw error == .invalidMoney ? problem(amount, mark, named) : error
    }
  }

  /// Why an amount is none.
  private static func problem(
    _ amount: UnsafeBufferPointer<UInt8>, _ mark: DecimalMark, _ named: Currency?
  ) -> CellProblem {
    if let named {
      var rest = amount
      let others = takeSign(from: &rest) ?? takeCode(from: &rest).map { [$0] }
      if let others, !others.contains(named) { return .twoCurrencies }
    } else if NumberForm.hasWord(amount) {
      return .unknownCurrency
    }
    return mark == .point && NumberForm.isCommaOnly(amount) ? .decimalComma("invalid_money") : .invalidMoney
  }

  /// Cuts a code (`USD`), a sign (`$`) or both, which have to agree, off the ends.
  private static func takeCurrency(
    from amount: inout UnsafeBufferPointer<UInt8>, default currency: Currency
  ) throws(CellProblem) -> Currency? {
    let code = takeCode(from: &amount)
    guard let meanings = takeSign(from: &amount) else { return code }
    guard let code = code ?? takeCode(from: &amount) else {
      return meanings.contains(currency) ? currency : meanings.first
    }
    guard meanings.contains(code) else { throw .twoCurrencies }
    return code
  }

  private static func takeCode(from amount: inout UnsafeBufferPointer<UInt8>) -> Currency? {
    guard amount.count > 3 else { return nil }
    // The first letters of EURO are no code.
    if !amount[3].isLetter, let code = Currency(inUse: amount.part(0, 3)) {
      amount = amount.part(3, amount.count).trimmed
      return code
    }
    guard !amount[amount.count - 4].isLetter, let code = Currency(inUse: amount.part(amount.count - 3, amount.count))
    else { return nil }
    amount = amount.part(0, amount.count - 3).trimmed
    return code
  }

  /// What a cell means that holds a currency's code or sign, and nothing else.
  static func currency(_ cell: UnsafeBufferPointer<UInt8>, usual: Currency) -> Currency? {
    if let code = Currency(inUse: cell) { return code }
    var rest = cell
    guard let meanings = takeSign(from: &rest), rest.isEmpty else { return nil }
    return meanings.contains(usual) ? usual : meanings.first
  }

  /// Cuts a sign off one of the ends.
  /// - Returns: the currencies that it may mean.
  static func takeSign(from amount: inout UnsafeBufferPointer<UInt8>) -> [Currency]? {
    for (sign, meanings) in signs {
      if amount.starts(with: sign) {
        amount = amount.part(sign.count, amount.count).trimmed
      } else if amount.reversed().starts(with: sign.reversed()) {
        amount = amount.part(0, amount.count - sign.count).trimmed
      } else {
        continue
      }
      return meanings
    }
    return nil
  }

  /// Signs, the longer first, and the currencies that each may mean: the spec's own if it is one of them, else the
  /// first.
  private static let signs: [(sign: [UInt8], meanings: [Currency])] = [
    ("US$", "USD"), ("CA$", "CAD"), ("AU$", "AUD"), ("NZ$", "NZD"), ("HK$", "HKD"), ("MX$", "MXN"), ("R$", "BRL"),
    ("C$", "CAD"), ("A$", "AUD"), ("$", Currency.dollars), ("€", "EUR"), ("£", "GBP EGP GIP FKP SHP LBP SDG SSP SYP"),
    ("¥", "JPY CNY"), ("₹", "INR"), ("₩", "KRW KPW"), ("₺", "TRY"),
    ("zł", "PLN"), ("Kč", "CZK"), ("Ft", "HUF"), ("₽", "RUB"), ("₫", "VND"), ("₱", "PHP"), ("₪", "ILS"), ("₴", "UAH"),
    ("฿", "THB"), ("₦", "NGN"),
  ].map { sign, codes in (Array(sign.utf8), codes.split(separator: " ").compactMap { Currency(String($0)) }) }
}

extension Currency {
  /// Those whose sign is `$`.
  fileprivate static let dollars = """
    USD CAD AUD NZD HKD SGD TWD BBD BMD BND BSD BZD FJD GYD JMD KYD LRD NAD SBD SRD TTD XCD MXN ARS CLP COP CUP DOP UYU
    """

  static let dollar = Currency(0x55, 0x53, 0x44)
}

/// What a cell's digits tell about the mark before its fraction.
enum NumberForm {
  /// `39,88`, `1.234,56`, `1.234.567`: only with a comma before the fraction is it a number.
  static func isCommaOnly(_ cell: UnsafeBufferPointer<UInt8>) -> Bool {
    !isNumber(cell, .point) && isNumber(cell, .comma)
  }

  /// `1,234`, `1.234`: thousands with one mark, a fraction with the other.
  static func isAmbiguous(_ cell: UnsafeBufferPointer<UInt8>) -> Bool {
    (cell.contains(DecimalMark.point.rawValue) || cell.contains(DecimalMark.comma.rawValue))
      && isNumber(cell, .point) && isNumber(cell, .comma)
  }

  /// `kr 39.88`: a word or a currency's sign stands beside a number.
  static func hasWord(_ cell: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let start = cell.firstIndex(where: \.isDigit), let end = cell.lastIndex(where: \.isDigit),
      isNumber(cell, .point) || isNumber(cell, .comma)
    else { return false }
    return (cell.part(0, start).text + cell.part(end + 1, cell.count).text).unicodeScalars.contains {
      $0.properties.isAlphabetic || $0.properties.generalCategory == .currencySymbol
    }
  }

  /// Whether it is one, signs, currencies and brackets aside.
  private static func isNumber(_ cell: UnsafeBufferPointer<UInt8>, _ mark: DecimalMark) -> Bool {
    guard let start = cell.firstIndex(where: \.isDigit), let end = cell.lastIndex(where: \.isDigit) else {
      return false
    }
    return (try? NumberCell.read(cell.part(start, end + 1), mark: mark, problem: .invalidNumber)) != nil
  }
}

/// What a cell's digits tell about the mark before its fraction.
enum NumberForm {
  /// `39,88`, `1.234,56`: only with a comma before the fraction is it a number.
  static func isCommaOnly(_ cell: UnsafeBufferPointer<UInt8>) -> Bool { only(cell, .comma) }

  /// `39.88`, `1,234.56`: only with a point before the fraction is it a number.
  static func isPointOnly(_ cell: UnsafeBufferPointer<UInt8>) -> Bool { only(cell, .point) }

  private static func only(_ cell: UnsafeBufferPointer<UInt8>, _ mark: DecimalMark) -> Bool {
    let other = mark == .comma ? DecimalMark.point : .comma
    // Without signs, currencies and brackets.
    guard let start = cell.firstIndex(where: \.isDigit), let end = cell.lastIndex(where: \.isDigit) else {
      return false
    }
    let digits = cell.part(start, end + 1)
    guard digits.contains(mark.rawValue) else { return false }
    return (try? NumberCell.read(digits, mark: mark, problem: .invalidNumber)) != nil
      && (try? NumberCell.read(digits, mark: other, problem: .invalidNumber)) == nil
  }
}

/// What stands in the GTIN's column of a row that describes the columns.
enum DefinitionCell {
  /// Whether the cell describes: a word, or a sentence such as `Number, 8 to 14 digits`. What somebody may have meant as
  /// a number, such as `6.21456E+10` or `SKU-77`, is data, however wrong, and so is what stands for nothing.
  static func isDescription(_ cell: UnsafeBufferPointer<UInt8>) -> Bool {
    guard cell.contains(where: \.isLetter), Placeholder(cell) == nil else { return false }
    return !cell.contains(where: \.isDigit) || isSentence(cell)
  }

  /// Whether it has more than one word.
  static func isSentence(_ cell: UnsafeBufferPointer<UInt8>) -> Bool {
    let words = cell.split(separator: .space).count { word in
      word.count(where: \.isLetter) > 1 && !word.contains(where: \.isDigit)
    }
    return words > 1
  }
}

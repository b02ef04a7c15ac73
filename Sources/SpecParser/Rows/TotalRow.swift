/// Rows that sum others up, and name no item.
enum TotalRow {
  private static let words: Set<String> = [
    "total", "totals", "grandtotal", "subtotal", "sum", "sumtotal", "summe", "gesamt", "gesamtsumme", "somme", "suma",
    "totale", "totalgeneral", "totaal",
  ]

  /// Whether no GTIN stands in the row, and its first cell that is not empty is a word for a total.
  static func isTotal(_ row: GridRow, gtin: ArraySlice<UInt8>) -> Bool {
    !gtin.contains(where: \.isDigit) && word(of: row) != nil
  }

  static func word(of row: GridRow) -> ArraySlice<UInt8>? {
    guard let first = (0..<row.count).lazy.map({ row[$0].trimmed }).first(where: { !$0.isEmpty }), first.count <= 40
    else { return nil }
    return words.contains(FeedHeader.key(first.text)) ? first : nil
  }
}

/// Rows that sum others up, and name no item.
enum TotalRow {
  private static let words: Set<String> = [
    "total", "totals", "grandtotal", "subtotal", "sum", "sumtotal", "summe", "gesamt", "gesamtsumme", "somme", "suma",
    "totale", "totalgeneral", "totaal",
  ]

  /// The cell by which the row is a total: its first that is not empty is a word for one; or, where a GTIN should stand,
  /// begins or ends with one, as `Subtotal East`.
  static func word(of row: GridRow, gtin: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard let first = (0..<row.count).lazy.map({ row[$0].trimmed }).first(where: { !$0.isEmpty }), first.count <= 40
    else { return nil }
    if !gtin.contains(where: \.isDigit), words.contains(FeedHeader.key(first.text)) { return first }
    guard first == gtin, gtin.withUnsafeBufferPointer({ DefinitionCell.isDescription($0) }) else { return nil }
    let parts = gtin.split(separator: .space).map { FeedHeader.key($0.text) }
    guard let last = parts.last else { return nil }
    return words.contains(parts[0]) || words.contains(parts.prefix(2).joined()) || words.contains(last) ? gtin : nil
  }
}

/// Chooses the sheet that holds the grid: visible ones before hidden ones, the one with the best header among them.
struct SheetChoice {
  let workbook: Workbook
  /// Rows that are not blank, from the top, in which the header is looked for.
  let headerRows: Int
  let maxSheets: Int
  /// How well a row fits as the header: 0 for not at all; nil when any sheet with cells will do.
  let fit: (@Sendable (GridRow) -> Int)?

  func sheet() throws(FeedParserError) -> WorkbookSheet {
    let sheets = (workbook.sheets.filter { !$0.isHidden } + workbook.sheets.filter(\.isHidden)).prefix(maxSheets)
    guard let first = sheets.first else { throw .noSheet }
    // What is wrong with the only sheet is told better by whoever reads its rows.
    if sheets.count == 1 { return first }
    var filled: [WorkbookSheet] = []
    var best: (sheet: WorkbookSheet, score: Int)?
    for sheet in sheets {
      guard let score = try score(sheet) else { continue }
      if fit == nil { return sheet }
      filled.append(sheet)
      if score > best?.score ?? 0 { best = (sheet, score) }
    }
    if let best { return best.sheet }
    if let only = filled.first, filled.count == 1 { return only }
    throw filled.isEmpty ? .noSheet : .noSheetFits(filled.map(\.name))
  }

  /// The best of a sheet's first rows; nil when it has none.
  private func score(_ sheet: WorkbookSheet) throws(FeedParserError) -> Int? {
    let reader = try workbook.open(sheet)
    var rows = GridRows()
    var (seen, best) = (0, 0)
    var hasMore = true
    while hasMore, seen < headerRows {
      hasMore = try reader.next(into: &rows)
      for index in 0..<rows.count where seen < headerRows && !rows[index].isBlank {
        seen += 1
        best = max(best, fit?(rows[index]) ?? 0)
        if fit == nil { return 0 }
      }
      rows.removeComplete()
    }
    return seen == 0 ? nil : best
  }
}

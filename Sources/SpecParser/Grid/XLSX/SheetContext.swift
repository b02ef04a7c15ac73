/// What the cells of a workbook's sheets refer to.
struct SheetContext {
  let limits: GridLimits
  let maxCells: Int
  /// By a cell's style.
  let formats: [NumberFormat]
  let isFrom1904: Bool
  /// Whether nothing has computed its formulas yet.
  let isUncomputed: Bool
  let strings: SharedStrings
}

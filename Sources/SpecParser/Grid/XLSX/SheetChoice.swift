/// Chooses the sheet that holds the grid: one with the whole header before one with a part of it, visible ones before
/// hidden ones, then the one that names most columns.
struct SheetChoice {
  private struct Candidate {
    let sheet: WorkbookSheet
    /// Rows that are not blank.
    var rows = 0
    var fit = HeaderFit.none
    /// Of the row that fits best.
    var line = 0

    var rank: (Int, Int, Int) { (fit.isComplete ? 1 : 0, sheet.isHidden ? 0 : 1, fit.found) }
  }

  private let workbook: Workbook
  /// Rows that are not blank, from the top, in which the header is looked for.
  private let headerRows: Int
  /// How well a row fits as the header; nil when any sheet with cells will do.
  private let fit: (@Sendable (GridRow) -> HeaderFit)?
  /// Those still to look at.
  private var sheets: ArraySlice<WorkbookSheet>
  private var reader: SheetReader?
  private var rows = GridRows()
  private var seen: [Candidate] = []
  /// What is wrong with a sheet, which matters only if no other one fits.
  private var problem: FeedParserError?
  /// Sheets that would have done as well.
  private(set) var notes: [FeedNote] = []

  init(_ workbook: Workbook, headerRows: Int, maxSheets: Int, fit: (@Sendable (GridRow) -> HeaderFit)?) {
    self.workbook = workbook
    self.headerRows = headerRows
    self.fit = fit
    sheets = (workbook.sheets.filter { !$0.isHidden } + workbook.sheets.filter(\.isHidden)).prefix(maxSheets)
  }

  /// Looks at one more piece of a sheet.
  /// - Returns: the sheet, once it is chosen.
  mutating func advance() throws(FeedParserError) -> WorkbookSheet? {
    guard let sheet = sheets.first else { return try choose() }
    // What is wrong with the only sheet is told better by whoever reads its rows.
    if seen.isEmpty, problem == nil, sheets.count == 1 { return sheet }
    do throws(FeedParserError) {
      if try !look(at: sheet) { next() }
    } catch {
      if error.isSystemFault { throw error }
      problem = problem ?? error
      next()
    }
    return fit == nil ? seen.first { $0.rows > 0 }?.sheet : nil
  }

  private mutating func next() {
    reader = nil
    rows = GridRows()
    sheets.removeFirst()
  }

  /// - Returns: whether there is more of it to see.
  private mutating func look(at sheet: WorkbookSheet) throws(FeedParserError) -> Bool {
    guard let reader else {
      seen.append(Candidate(sheet: sheet))
      reader = try workbook.open(sheet)
      return true
    }
    let hasMore = try reader.next(into: &rows)
    var candidate = seen.removeLast()
    for index in 0..<rows.count where candidate.rows < headerRows && !rows[index].isBlank {
      candidate.rows += 1
      guard let fit = fit?(rows[index]), candidate.fit < fit else { continue }
      (candidate.fit, candidate.line) = (fit, rows[index].line)
    }
    rows.removeComplete()
    seen.append(candidate)
    return hasMore && candidate.rows < (fit == nil ? 1 : headerRows)
  }

  private mutating func choose() throws(FeedParserError) -> WorkbookSheet {
    let filled = seen.filter { $0.rows > 0 }
    // Of equals the first.
    if let best = filled.filter({ $0.fit.found > 0 }).max(by: { $0.rank < $1.rank }) {
      noteOthers(than: best)
      return best.sheet
    }
    if let problem { throw problem }
    if let only = filled.first, filled.count == 1 { return only.sheet }
    throw filled.isEmpty ? .noSheet : .noSheetFits(filled.map(\.sheet.name))
  }

  private mutating func noteOthers(than best: Candidate) {
    let others = seen.filter { $0.fit.isComplete && !$0.sheet.isHidden && $0.sheet != best.sheet }
    guard best.fit.isComplete, !others.isEmpty else { return }
    let description = "The sheet “\(best.sheet.name)” was read; other sheets have the header, too, and were not."
    let examples = others.prefix(FeedNote.maxExamples).map {
      FeedNote.Example(line: $0.line, value: $0.sheet.name)
    }
    notes = [
      FeedNote(
        code: "other_sheets", column: "", field: "", description: description, count: others.count, examples: examples)
    ]
  }
}

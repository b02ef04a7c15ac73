/// Chooses the sheet that holds the grid: a visible one that looks like it, before hidden ones, which may hold what was
/// put away; one with the whole header before one with a part of it, one with rows beneath it before an empty form, then
/// the one that names most columns.
struct SheetChoice {
  private struct Candidate {
    let sheet: WorkbookSheet
    /// Rows that are not blank.
    var rows = 0
    var fit = HeaderFit.none
    /// Of the row that fits best.
    var line = 0
    /// Whether a row that is not blank stands beneath that one.
    var isFilled = false

    /// Whether it is a grid, maybe with a slip in its header: a column alone may be named by chance.
    var isGrid: Bool { fit.isComplete || fit.found > 1 }
    var rank: (Int, Int, Int) { (fit.isComplete ? 1 : 0, isFilled ? 1 : 0, fit.found) }
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
      guard let fit = fit?(rows[index]), candidate.fit < fit else {
        candidate.isFilled = candidate.fit.found > 0
        continue
      }
      (candidate.fit, candidate.line, candidate.isFilled) = (fit, rows[index].line, false)
    }
    rows.removeComplete()
    seen.append(candidate)
    return hasMore && candidate.rows < (fit == nil ? 1 : headerRows)
  }

  private mutating func choose() throws(FeedParserError) -> WorkbookSheet {
    let filled = seen.filter { $0.rows > 0 }
    let visible = filled.filter { !$0.sheet.isHidden && $0.isGrid }
    // Of equals the first.
    let fitting = visible.isEmpty ? filled.filter { $0.fit.found > 0 } : visible
    if let best = fitting.max(by: { $0.rank < $1.rank }) {
      note(best, visible)
      return best.sheet
    }
    if let problem { throw problem }
    if let only = filled.first, filled.count == 1 { return only.sheet }
    throw filled.isEmpty ? .noSheet : .noSheetFits(filled.map(\.sheet.name))
  }

  /// Says what might have been meant instead of the sheet that is read.
  private mutating func note(_ best: Candidate, _ visible: [Candidate]) {
    let name = best.sheet.name
    let others = visible.filter { $0.sheet != best.sheet && $0.isFilled }
    if best.sheet.isHidden {
      add("hidden_sheet", "The sheet “\(name)” was read, which is hidden: no other one has the header.", [best])
    } else if best.fit.isComplete {
      let (same, similar) = (others.filter(\.fit.isComplete), others.filter { !$0.fit.isComplete })
      let read = "The sheet “\(name)” was read. Not read, but with"
      add("other_sheets", "\(read) the header, too: \(SheetChoice.list(same.map(\.sheet.name))).", same)
      add("similar_sheets", "\(read) a part of the header: \(SheetChoice.list(similar.map(\.sheet.name))).", similar)
    }
  }

  /// The first few names of sheets, for a sentence.
  static func list(_ names: [String]) -> String {
    names.prefix(5).map { "“\($0)”" }.joined(separator: ", ") + (names.count > 5 ? ", …" : "")
  }

  private mutating func add(_ code: String, _ description: String, _ sheets: [Candidate]) {
    guard !sheets.isEmpty else { return }
    let examples = sheets.prefix(FeedNote.maxExamples).map { FeedNote.Example(line: $0.line, value: $0.sheet.name) }
    notes.append(
      FeedNote(code: code, column: "", field: "", description: description, count: sheets.count, examples: examples))
  }
}

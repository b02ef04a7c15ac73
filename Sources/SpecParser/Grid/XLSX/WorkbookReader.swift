internal import ScratchFiles

/// Reads a workbook (XLSX, also its strict form) as the grid that one of its sheets is.
///
/// Cells come as a person sees them who exports the sheet faithfully: numbers with all their digits and no exponent,
/// zeros before them where their format has them, currencies by the format's sign or code, days as `2019-04-11`,
/// `TRUE` and `FALSE`, errors such as `#N/A`, formulas as the values that the file keeps of them. Blank rows are left
/// out, but count: a row's line is the one that the spreadsheet shows.
///
/// The bytes go to a temporary file first, since an archive is read from its end. `read` writes to it and `finish` reads
/// it: both block, so call them on a thread that may wait. A reader has one owner; a copy of it is the same reader.
public struct WorkbookReader: GridReader {
  private let run: WorkbookRun

  /// - Parameters:
  ///   - limits: of cells and rows, of the file and its parts, and of temporary files.
  ///   - fit: how well a row would do as the header: among several sheets, the one whose first rows have the best is
  ///     read. Without it, the first visible one with cells.
  public init(limits: GridLimits = GridLimits(), fit: (@Sendable (GridRow) -> HeaderFit)? = nil) {
    run = WorkbookRun(limits: limits, fit: fit)
  }

  /// The sheet that is read, once `finish` has found it.
  public var sheet: WorkbookSheet? { run.sheet }

  public var notes: [FeedNote] { run.notes }

  public var cellsMayShift: Bool { false }

  public var hiddenColumns: [ClosedRange<Int>] { run.hiddenColumns }

  public var emptyProblem: FeedParserError { .noSheet }

  public mutating func read(_ chunk: [UInt8], into rows: inout GridRows) throws(FeedParserError) {
    try run.store(chunk)
  }

  public mutating func finish(into rows: inout GridRows) throws(FeedParserError) -> Bool {
    try run.next(into: &rows)
  }
}

internal import ScratchFiles

/// The course of reading one workbook: store, choose the sheet, read its rows.
///
/// Unchecked: it holds the C libraries' handles, and its only owner, a `WorkbookReader`, is used by one thread at a time.
final class WorkbookRun: @unchecked Sendable {
  private let limits: GridLimits
  private let fit: (@Sendable (GridRow) -> HeaderFit)?
  private var file: ScratchFile?
  private var workbook: Workbook?
  private var choice: SheetChoice?
  private var reader: SheetReader?
  private var isAtEnd = false
  private(set) var sheet: WorkbookSheet?
  private(set) var notes: [FeedNote] = []
  private(set) var hiddenColumns: [ClosedRange<Int>] = []

  init(limits: GridLimits, fit: (@Sendable (GridRow) -> HeaderFit)?) {
    self.limits = limits
    self.fit = fit
  }

  func store(_ chunk: [UInt8]) throws(FeedParserError) {
    do throws(ScratchFileError) {
      if file == nil { file = try ScratchFile(in: limits.spill.space, limit: limits.workbook.maxFileBytes) }
      try file?.append(chunk)
    } catch {
      throw FeedParserError(error)
    }
  }

  /// Goes on by one step: opens the workbook, reads a piece of its shared strings, looks at a piece of a sheet, or gives
  /// the next rows of the chosen one.
  /// - Returns: whether there may be more.
  func next(into rows: inout GridRows) throws(FeedParserError) -> Bool {
    if isAtEnd { return false }
    if let reader {
      defer { hiddenColumns = reader.hiddenColumns }
      if try reader.next(into: &rows) { return true }
      // Shared strings and the file take room: whoever still holds the reader does not need them.
      isAtEnd = true
      (self.reader, workbook, file) = (nil, nil, nil)
      return false
    }
    guard let workbook else {
      self.workbook = try open()
      return true
    }
    if try workbook.readStrings() { return true }
    if choice == nil {
      choice = SheetChoice(workbook, headerRows: limits.headerRows, maxSheets: limits.workbook.maxSheets, fit: fit)
    }
    guard let sheet = try choice?.advance() else { return true }
    self.sheet = sheet
    notes = choice?.notes ?? []
    choice = nil
    reader = try workbook.open(sheet)
    return true
  }

  private func open() throws(FeedParserError) -> Workbook {
    guard let file, file.count > 0 else { throw .empty }
    try checkStart(of: file)
    return try Workbook(path: file.path, limits: limits)
  }

  /// Refuses what does not even begin like a workbook.
  private func checkStart(of file: ScratchFile) throws(FeedParserError) {
    let problem: FeedParserError?
    do throws(ScratchFileError) {
      var start = [UInt8](repeating: 0, count: min(512, file.count))
      _ = try start.withUnsafeMutableBufferPointer { (start) throws(ScratchFileError) in
        try file.read(at: 0, into: UnsafeMutableRawBufferPointer(start))
      }
      problem =
        switch WorkbookSniffer.kind(of: start) {
        case .archive: nil
        case .compoundFile: try CompoundFile.problem(of: file)
        case nil: start.first { $0 > .space } == UInt8(ascii: "<") ? .html : .notAGrid("no workbook")
        }
    } catch {
      throw FeedParserError(error)
    }
    if let problem { throw problem }
  }
}

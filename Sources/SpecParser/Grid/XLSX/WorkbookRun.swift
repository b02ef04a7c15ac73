internal import ScratchFiles

/// The course of reading one workbook: store, choose the sheet, read its rows.
///
/// Unchecked: it holds the C libraries' handles, and its only owner, a `WorkbookReader`, is used by one thread at a time.
final class WorkbookRun: @unchecked Sendable {
  private let limits: GridLimits
  private let fit: (@Sendable (GridRow) -> Int)?
  private var file: ScratchFile?
  private var workbook: Workbook?
  private var reader: SheetReader?
  private(set) var sheet: WorkbookSheet?

  init(limits: GridLimits, fit: (@Sendable (GridRow) -> Int)?) {
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

  func next(into rows: inout GridRows) throws(FeedParserError) -> Bool {
    if let reader { return try reader.next(into: &rows) }
    let reader = try begin()
    self.reader = reader
    return try reader.next(into: &rows)
  }

  private func begin() throws(FeedParserError) -> SheetReader {
    guard let file, file.count > 0 else { throw .empty }
    try checkStart(of: file)
    let workbook = try Workbook(path: file.path, limits: limits)
    let choice = SheetChoice(
      workbook: workbook, headerRows: limits.headerRows, maxSheets: limits.workbook.maxSheets, fit: fit)
    let sheet = try choice.sheet()
    self.workbook = workbook
    self.sheet = sheet
    return try workbook.open(sheet)
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

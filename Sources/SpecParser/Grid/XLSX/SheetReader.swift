internal import XMLReader

/// The rows of one sheet, a bounded number at a time.
final class SheetReader {
  private let handler: SheetHandler
  private let part: WorkbookPart

  init(_ handler: SheetHandler, _ part: WorkbookPart) {
    self.handler = handler
    self.part = part
  }

  /// Known before the first row.
  var hiddenColumns: [ClosedRange<Int>] { handler.hiddenColumns }

  /// Appends the next rows; a stretch of blank ones may give none.
  /// - Returns: whether there may be more.
  func next(into rows: inout GridRows) throws(FeedParserError) -> Bool {
    handler.exchange(&rows)
    defer { handler.exchange(&rows) }
    let progress = try part.advance()
    if let failure = handler.failure { throw failure }
    guard progress == .stopped else { return true }
    // A sheet without rows may end without the element for them.
    if handler.isAtEnd { try part.drain() }
    return false
  }
}

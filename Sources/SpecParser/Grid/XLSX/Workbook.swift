internal import ScratchFiles
internal import XMLReader

/// A workbook: its sheets, and what their cells refer to.
final class Workbook {
  let sheets: [WorkbookSheet]
  private let package: WorkbookPackage
  private let context: SheetContext
  private let limits: WorkbookLimits
  private var strings: (handler: SharedStringsHandler, part: WorkbookPart)?

  init(path: String, limits grid: GridLimits) throws(FeedParserError) {
    let limits = grid.workbook
    let package = try WorkbookPackage(path: path, limits: limits)
    let part = try Workbook.part(in: package)
    let handler = WorkbookHandler()
    try package.read(part, handler)
    let relationships = try package.relationships(of: part)
    /// The parts of one kind, by the identifiers that the workbook gives them.
    func parts(_ kind: String) -> [String: String] {
      let found = relationships.filter { $0.kind == kind }.map { ($0.id, PartName.resolve($0.target, from: part)) }
      return Dictionary(found, uniquingKeysWith: { first, _ in first })
    }
    let worksheets = parts("worksheet")
    // Sheets of charts and dialogues have no cells.
    sheets = handler.sheets.compactMap { sheet in
      worksheets[sheet.relationship].map { WorkbookSheet(name: sheet.name, isHidden: sheet.isHidden, part: $0) }
    }
    let styles = StylesHandler()
    if let part = parts("styles").values.first, package.has(part) {
      try package.read(part, styles)
    }
    let strings = SharedStrings(
      memory: limits.sharedStringsMemory, limit: limits.maxSharedStringsBytes, space: grid.spill.space)
    if let part = parts("sharedStrings").values.first, package.has(part) {
      let handler = SharedStringsHandler(strings, maxCellBytes: grid.maxCellBytes)
      self.strings = (handler, try package.open(part, handler, limit: limits.maxSharedStringsBytes))
    } else {
      self.strings = nil
    }
    context = SheetContext(
      limits: grid, maxCells: limits.maxCells, formats: styles.formats, isFrom1904: handler.isFrom1904,
      isUncomputed: handler.isUncomputed, strings: strings)
    self.package = package
    self.limits = limits
  }

  /// Reads the next piece of the shared strings, before the first sheet is opened.
  /// - Returns: whether there are more.
  func readStrings() throws(FeedParserError) -> Bool {
    guard let (handler, part) = strings else { return false }
    let progress = try part.advance()
    if let failure = handler.failure { throw failure }
    if progress != .stopped { return true }
    try handler.close()
    strings = nil
    return false
  }

  /// Opens a sheet from its start.
  func open(_ sheet: WorkbookSheet) throws(FeedParserError) -> SheetReader {
    let handler = SheetHandler(context)
    return SheetReader(handler, try package.open(sheet.part, handler, limit: limits.maxSheetBytes))
  }

  /// The name of the part that is the workbook.
  private static func part(in package: WorkbookPackage) throws(FeedParserError) -> String {
    let document = try package.relationships(of: "").first { $0.kind == "officeDocument" }
    let part = document.map { PartName.resolve($0.target, from: "") } ?? "xl/workbook.xml"
    let name = PartName.key(part)
    guard name.hasSuffix(".xml"), !name.hasPrefix("word/"), !name.hasPrefix("ppt/"), package.has(part) else {
      throw package.otherFormat
    }
    return part
  }
}

internal import ScratchFiles
internal import WorkbookWriter

/// Writes rows with their outcomes.
protocol OutcomeWriter {
  mutating func write(_ row: GridRow, header: OutcomeHeader?, outcome: RowOutcome?) throws
  /// Hands out the bytes that are ready.
  /// - Parameter encoding: of the text that was read, as far as that is known by now.
  mutating func take(_ encoding: TextEncoding?) -> [UInt8]
  /// Ends the file, and hands it out if it comes in one piece.
  mutating func end() throws -> ScratchFile?
}

/// Where the outcome of a row goes: behind the last column that has a name.
struct OutcomeHeader {
  let line: Int
  /// Cells before the outcome, those of an earlier time included.
  private let width: Int
  /// The cells before the outcome, without outcomes of an earlier time.
  let before: [Int]
  /// The cells of columns, by name.
  private let places: [String: Int]

  /// Nil when the row is not the header.
  init?(_ row: GridRow, spec: Spec) {
    let header = FeedHeader(row, spec: spec)
    guard header.isComplete(for: spec) else { return nil }
    line = row.line
    width = header.width
    before = (0..<width).filter { !OutcomeColumns.keys.contains(FeedHeader.key(header.names[$0])) }
    let named = header.names.enumerated().filter { !$1.isEmpty }
    places = Dictionary(named.map { ($1, $0) }) { first, _ in first }
  }

  /// The row's cells beyond the header, which go behind the outcome.
  func behind(_ row: GridRow) -> Range<Int> { width..<max(width, row.count) }

  /// The worst that is said of each cell.
  func severities(_ outcome: RowOutcome?) -> [Int: IssueSeverity] {
    var worst: [Int: IssueSeverity] = [:]
    guard let issues = outcome?.issues, !issues.isEmpty else { return worst }
    // The worst comes last, and stands.
    for severity in IssueSeverity.allCases.reversed() {
      for issue in issues where issue.severity == severity {
        if let cell = places[issue.column] { worst[cell] = severity }
      }
    }
    return worst
  }

  func texts(of row: GridRow, _ outcome: RowOutcome?) -> [String] {
    row.line == line ? OutcomeColumns.names : OutcomeColumns.cells(outcome)
  }
}

/// The same dialect as the merchant's.
struct CSVOutcomeWriter: OutcomeWriter {
  private var writer: CSVWriter

  init(_ dialect: CSVDialect) { writer = CSVWriter(dialect) }

  mutating func write(_ row: GridRow, header: OutcomeHeader?, outcome: RowOutcome?) {
    if let header {
      for cell in header.before { writer.write(row[cell]) }
      for text in header.texts(of: row, outcome) { writer.write(remark: text) }
      for cell in header.behind(row) { writer.write(row[cell]) }
    } else {
      for cell in 0..<row.count { writer.write(row[cell]) }
    }
    writer.endRow()
  }

  mutating func take(_ encoding: TextEncoding?) -> [UInt8] { writer.take(encoding) }
  func end() -> ScratchFile? { nil }
}

/// A new workbook of the grid's sheet, with the cells at fault in colour.
struct WorkbookOutcomeWriter: OutcomeWriter {
  private let file: ScratchFile
  private let writer: WorkbookWriter
  private let sheet: WorkbookWriter.Sheet
  /// Whether rows stay where they were.
  private let keepsLines: Bool
  private var next = 0

  init(to file: ScratchFile, sheet name: String, keepsLines: Bool) throws(WorkbookError) {
    self.file = file
    self.keepsLines = keepsLines
    writer = try WorkbookWriter(to: file)
    sheet = try writer.addSheet(name)
    try writer.setWidth(18, of: 0...31, in: sheet)
  }

  mutating func write(_ row: GridRow, header: OutcomeHeader?, outcome: RowOutcome?) throws(WorkbookError) {
    let place = keepsLines ? max(next, row.line - 1) : next
    next = place + 1
    var column = 0
    guard let header else {
      for cell in 0..<row.count { try write(row[cell], at: place, &column, .plain) }
      return
    }
    let isHeader = row.line == header.line
    let severities = header.severities(outcome)
    // Of a sheet that is full of columns the last give way.
    for cell in header.before.prefix(WorkbookWriter.maxColumns - OutcomeColumns.names.count) {
      try write(row[cell], at: place, &column, isHeader ? .header : CellStyle(severities[cell]))
    }
    for text in header.texts(of: row, outcome) {
      try write(Array(text.utf8)[...], at: place, &column, isHeader ? .header : .remark)
    }
    for cell in header.behind(row) { try write(row[cell], at: place, &column, .plain) }
  }

  private func write(
    _ bytes: ArraySlice<UInt8>, at row: Int, _ column: inout Int, _ style: CellStyle
  ) throws(WorkbookError) {
    defer { column += 1 }
    // Cells that hold nothing and show nothing would only make the file larger; behind the last there is no room.
    guard column < WorkbookWriter.maxColumns, !bytes.isEmpty || style != .plain else { return }
    try writer.write(bytes, row: row, column: column, style, in: sheet)
  }

  func take(_ encoding: TextEncoding?) -> [UInt8] { [] }

  mutating func end() throws(WorkbookError) -> ScratchFile? {
    try writer.finish()
    return file
  }
}

extension CellStyle {
  fileprivate init(_ severity: IssueSeverity?) {
    switch severity {
    case nil: self = .plain
    case .error: self = .error
    case .warning: self = .warning
    case .note: self = .note
    }
  }
}

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
  let width: Int
  /// Cells with outcomes of an earlier time, which are left out.
  let stale: Set<Int>
  /// The cells of columns, by name.
  let places: [String: Int]

  /// Nil when the row is not the header.
  init?(_ row: GridRow, spec: Spec) {
    let header = FeedHeader(row, spec: spec)
    guard header.missing(of: spec).isEmpty else { return nil }
    line = row.line
    width = (header.names.lastIndex { !$0.isEmpty } ?? 0) + 1
    stale = Set(header.names.indices.filter { OutcomeColumns.keys.contains(FeedHeader.key(header.names[$0])) })
    places = Dictionary(header.names.enumerated().map { ($1, $0) }) { first, _ in first }
  }

  /// The row's cells before the outcome, and behind it those beyond the header.
  func split(_ row: GridRow) -> (before: [Int], behind: [Int]) {
    ((0..<width).filter { !stale.contains($0) }, row.count > width ? Array(width..<row.count) : [])
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
    let (before, behind) = header?.split(row) ?? (Array(0..<row.count), [])
    for cell in before { writer.write(row[cell]) }
    for text in header?.texts(of: row, outcome) ?? [] { writer.write(remark: text) }
    for cell in behind { writer.write(row[cell]) }
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
    let (before, behind) = header?.split(row) ?? (Array(0..<row.count), [])
    var column = 0
    for cell in before {
      try write(row[cell], at: place, &column, style(of: cell, in: row, header, outcome))
    }
    for text in header?.texts(of: row, outcome) ?? [] {
      try write(Array(text.utf8)[...], at: place, &column, row.line == header?.line ? .header : .remark)
    }
    for cell in behind { try write(row[cell], at: place, &column, .plain) }
  }

  private func write(
    _ bytes: ArraySlice<UInt8>, at row: Int, _ column: inout Int, _ style: CellStyle
  ) throws(WorkbookError) {
    // Cells that hold nothing and show nothing would only make the file larger.
    if !bytes.isEmpty || style != .plain { try writer.write(bytes, row: row, column: column, style, in: sheet) }
    column += 1
  }

  private func style(
    of cell: Int, in row: GridRow, _ header: OutcomeHeader?, _ outcome: RowOutcome?
  ) -> CellStyle {
    guard let header else { return .plain }
    if row.line == header.line { return .header }
    let severities = (outcome?.issues ?? []).filter { header.places[$0.column] == cell }.map(\.severity)
    if severities.contains(.error) { return .error }
    if severities.contains(.warning) { return .warning }
    return severities.isEmpty ? .plain : .note
  }

  func take(_ encoding: TextEncoding?) -> [UInt8] { [] }

  mutating func end() throws(WorkbookError) -> ScratchFile? {
    try writer.finish()
    return file
  }
}

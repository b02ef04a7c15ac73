public import ScratchFiles

/// A merchant's file as it goes back: its own rows, in its own format, and beside each what became of it.
///
/// The file is fed from its first byte, as it was to the parser. Rows wait until their outcomes are handed in, by the
/// rows' numbers, so that no more of both is in memory than one piece of the file gives. `writeRows` and `writeEnd` go
/// that way for a whole file.
public struct ErrorFile {
  public enum Scope: String, Sendable, CaseIterable {
    /// Every row of the file.
    case all
    /// What stands above the rows, and the rows that failed: correct them, and send them again.
    case failed
  }

  private let spec: Spec
  private let scope: Scope
  private let limits: GridLimits
  private var held: [UInt8] = []
  private var reader: (any GridReader)?
  private var rows = GridRows()
  private var writer: (any OutcomeWriter)?
  private var header: OutcomeHeader?

  public init(spec: Spec, scope: Scope = .all, limits: GridLimits = GridLimits()) {
    self.spec = spec
    self.scope = scope
    self.limits = limits
  }

  /// Takes the next bytes of the merchant's file.
  public mutating func read(_ chunk: [UInt8]) throws {
    if reader != nil {
      try reader?.read(chunk, into: &rows)
      return
    }
    held += chunk
    if held.count >= limits.sniffedBytes { try open(isWhole: false) }
  }

  /// Takes the end of the merchant's file.
  /// - Returns: whether there may be more rows; call again then, once those that wait were written.
  public mutating func finish() throws -> Bool {
    if reader == nil { try open(isWhole: true) }
    return try reader?.finish(into: &rows) ?? false
  }

  /// The rows, as a spreadsheet counts them, that wait for their outcomes.
  public var waiting: ClosedRange<Int>? {
    guard rows.count > 0 else { return nil }
    return rows[0].line...max(rows[0].line, rows[rows.count - 1].line)
  }

  /// Writes the rows that wait.
  /// - Parameter outcomes: by row number; rows without one, such as a letterhead, stay as they are.
  /// - Returns: the bytes that are ready, for a format that comes in pieces.
  public mutating func write(_ outcomes: [Int: RowOutcome]) throws -> [UInt8] {
    for place in 0..<rows.count {
      let row = rows[place]
      if header == nil { header = OutcomeHeader(row, spec: spec) }
      let outcome = outcomes[row.line]
      guard scope == .all || header == nil || row.line == header?.line || outcome?.isFailed == true else { continue }
      try writer?.write(row, header: header, outcome: outcome)
    }
    rows.removeComplete()
    return take()
  }

  /// Writes a last row that says why there are no more: the file would look whole. When it comes back it is blank.
  mutating func write(_ error: FeedParserError) throws -> [UInt8] {
    guard let header else { return [] }
    let issue = RowOutcome.Issue(
      severity: .error, code: error.code, column: "", description: "\(error.sentence) Nothing beneath is read.",
      hint: error.hint)
    try writer?.write(
      GridRow(bytes: [], cells: [], line: 0), header: header,
      outcome: RowOutcome(status: "ERROR", isFailed: true, issues: [issue]))
    return take()
  }

  /// The bytes that are ready.
  private mutating func take() -> [UInt8] { writer?.take((reader as? CSVReader)?.encoding) ?? [] }

  /// Ends the file.
  /// - Returns: the whole file, for a format that comes in one.
  public mutating func end() throws -> ScratchFile? { try writer?.end() }

  private mutating func open(isWhole: Bool) throws {
    let opener = try GridOpener(
      held.prefix(limits.sniffedBytes), isWhole: isWhole, spec: spec, limits: limits, readings: ColumnReadings(spec))
    var reader = opener.reader
    if let dialect = (reader as? CSVReader)?.dialect {
      writer = CSVOutcomeWriter(dialect)
    } else {
      let file = try ScratchFile(in: limits.spill.space)
      writer = try WorkbookOutcomeWriter(to: file, sheet: GridTemplate.sheetName(spec), keepsLines: scope == .all)
    }
    let first = held
    held = []
    try reader.read(first, into: &rows)
    self.reader = reader
  }
}

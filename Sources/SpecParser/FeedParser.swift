/// Turns a grid's bytes, as they come, into rows of typed values, and the issues of the rows that have some. Holds no
/// more than a row and what one chunk gave.
public struct FeedParser: Sendable {
  public let spec: Spec
  /// The header, once it was found.
  public private(set) var header: FeedHeader?
  /// How columns are read that the spec leaves to the file, once the header was found.
  public private(set) var readings: ColumnReadings?
  /// What the rows so far say about that, when it is asked for.
  public var evidence: ColumnEvidence? { rowReader?.evidence }

  private let limits: GridLimits
  private let firstRow: Int
  private let gathersEvidence: Bool
  private var commas = CommaTrust.none
  private var held: [UInt8] = []
  private var reader: (any GridReader)?
  private var rows = GridRows()
  private var rowReader: RowReader?
  private var bestHeader: FeedHeader?
  private var searched = 0
  /// Whether a row beneath the header may still describe its columns.
  private var isBeneathHeader = false

  /// - Parameters:
  ///   - readings: what a pass over the whole file has decided; nil to go by the file's first bytes.
  ///   - firstRow: rows with a lower index are read, and left out.
  ///   - gathersEvidence: whether `evidence` is wanted.
  ///   - reader: nil to see from the bytes what the file is.
  public init(
    spec: Spec, readings: ColumnReadings? = nil, firstRow: Int = 0, gathersEvidence: Bool = false,
    reader: (any GridReader)? = nil, limits: GridLimits = GridLimits()
  ) {
    self.spec = spec
    self.readings = readings
    self.firstRow = firstRow
    self.gathersEvidence = gathersEvidence
    self.reader = reader
    self.limits = limits
  }

  /// What was understood in a way worth telling, over all rows so far.
  public var notes: [FeedNote] {
    // How far a file without a header was looked at, or beyond a second one, depends on the pieces in which it came.
    guard let rowReader else { return [] }
    return (rowReader.otherHeader == nil ? reader?.notes ?? [] : []) + rowReader.notes.notes
  }

  /// Takes the next bytes, and appends the rows that they complete.
  /// - Throws: what makes the file unreadable from here on; rows that were appended before it stand.
  public mutating func feed(chunk: [UInt8], into batch: inout RowBatch) throws(FeedParserError) {
    guard reader == nil else { return try read(chunk, into: &batch) }
    held += chunk
    if held.count >= limits.sniffedBytes { try open(isWhole: false, into: &batch) }
  }

  /// Takes the end of the file, and appends the next rows that are left, a bounded number of them.
  /// - Returns: whether there may be more; call again then.
  public mutating func finish(into batch: inout RowBatch) throws(FeedParserError) -> Bool {
    if reader == nil { try open(isWhole: true, into: &batch) }
    var mayHaveMore = false
    var failure: FeedParserError?
    do { mayHaveMore = try reader?.finish(into: &rows) ?? false } catch { failure = error }
    try takeRows(isLast: !mayHaveMore, into: &batch)
    if let failure { throw failure }
    if mayHaveMore { return true }
    guard let rowReader else { throw searched == 0 ? reader?.emptyProblem ?? .empty : headerProblem() }
    if rowReader.count == 0 { throw .noRows }
    return false
  }

  /// Takes the next bytes.
  /// - Returns: the rows that they complete.
  public mutating func feed(chunk: [UInt8]) throws(FeedParserError) -> RowBatch {
    var batch = RowBatch()
    try feed(chunk: chunk, into: &batch)
    return batch
  }

  private mutating func open(isWhole: Bool, into batch: inout RowBatch) throws(FeedParserError) {
    let opener = try GridOpener(
      held.prefix(limits.sniffedBytes), isWhole: isWhole, spec: spec, limits: limits, readings: readings)
    reader = opener.reader
    readings = opener.readings
    commas = opener.commas
    let first = held
    held = []
    try read(first, into: &batch)
  }

  private mutating func read(_ chunk: [UInt8], into batch: inout RowBatch) throws(FeedParserError) {
    var failure: FeedParserError?
    do { try reader?.read(chunk, into: &rows) } catch { failure = error }
    try takeRows(isLast: failure != nil, into: &batch)
    if let failure { throw failure }
  }

  private mutating func takeRows(isLast: Bool, into batch: inout RowBatch) throws(FeedParserError) {
    var next = 0
    while rowReader == nil, next < rows.count {
      let row = rows[next]
      if !row.isBlank { try search(row) }
      next += 1
    }
    if isBeneathHeader { next = skipDefinitions(from: next, isLast: isLast) }
    guard !isBeneathHeader else { return rows.removeFirst(next) }
    rowReader?.read(rows, next..<rows.count, into: &batch)
    rows.removeComplete()
    if let line = rowReader?.otherHeader { throw .otherHeader(line: line) }
  }

  /// Takes the row for the header if it has every required column: letterheads may stand above it.
  private mutating func search(_ row: GridRow) throws(FeedParserError) {
    let candidate = FeedHeader(row, spec: spec)
    if candidate.isComplete(for: spec) {
      if let names = candidate.duplicate {
        throw .duplicateColumn(names.first, and: names.second, line: row.line)
      }
      header = candidate
      var rowReader = RowReader(
        spec: spec, header: candidate, readings: readings ?? ColumnReadings(spec),
        cellsMayShift: reader?.cellsMayShift ?? false, first: firstRow)
      if gathersEvidence {
        rowReader.evidence = ColumnEvidence(spec: spec, header: candidate, commas: commas)
      }
      rowReader.addHiddenNote(columns: reader?.hiddenColumns ?? [])
      self.rowReader = rowReader
      isBeneathHeader = true
      return
    }
    searched += 1
    if candidate.found > bestHeader?.found ?? 0 { bestHeader = candidate }
    if searched >= limits.headerRows { throw headerProblem() }
  }

  /// Templates describe their columns in rows beneath the header: rows of words of which no typed column can read its
  /// own, while it can in the row behind them. Until that row has come they wait.
  /// - Returns: the first row of data.
  private mutating func skipDefinitions(from start: Int, isLast: Bool) -> Int {
    var (next, definitions) = (start, [Int]())
    for index in start..<rows.count {
      // However many rows have come at once.
      if index - next > FeedParser.maxWaiting {
        isBeneathHeader = false
        return next
      }
      let row = rows[index]
      if row.isBlank {
        if definitions.isEmpty { next = index + 1 }
        continue
      }
      if definitions.count < FeedParser.maxDefinitions, rowReader?.isDefinition(row) == true {
        definitions.append(index)
        continue
      }
      isBeneathHeader = false
      guard !definitions.isEmpty, rowReader?.hasTypedValue(row) == true else { return next }
      for definition in definitions { rowReader?.addDefinitionNote(rows[definition]) }
      return index
    }
    if isLast || rows.count - next > FeedParser.maxWaiting { isBeneathHeader = false }
    return next
  }

  private static let maxDefinitions = 3
  /// Blank rows among the definitions count.
  private static let maxWaiting = 64

  private func headerProblem() -> FeedParserError {
    guard let bestHeader else { return .noHeader(spec, rows: searched) }
    let missing = bestHeader.missing(of: spec)
    if missing.isEmpty { return .noColumns(spec, line: bestHeader.line) }
    // One name alone may be a letterhead's, but for that of the GTIN.
    let isHeader = bestHeader.found >= 2 || bestHeader.cells[spec.gtinColumn] != nil
    return isHeader ? .missingColumns(missing, line: bestHeader.line) : .noHeader(spec, rows: searched)
  }
}

/// Turns a grid's bytes, as they come, into rows of typed values: data objects, and the issues of the rows that have
/// some. Holds no more than a row and what one chunk gave.
public struct FeedParser: Sendable {
  public let spec: Spec
  /// The header, once it was found.
  public private(set) var header: FeedHeader?

  private let limits: GridLimits
  private var reader: any GridReader
  private var rows = GridRows()
  private var rowReader: RowReader?
  private var bestHeader: FeedHeader?
  private var searched = 0

  public init(spec: Spec, limits: GridLimits = GridLimits()) {
    self.init(spec: spec, reader: CSVReader(limits: limits), limits: limits)
  }

  /// A parser of what `reader` reads.
  public init(spec: Spec, reader: any GridReader, limits: GridLimits = GridLimits()) {
    self.spec = spec
    self.reader = reader
    self.limits = limits
  }

  /// Takes the next bytes.
  /// - Returns: the rows that they complete.
  /// - Throws: what makes the file unreadable from here on; rows that were returned before stand.
  public mutating func feed(chunk: [UInt8]) throws(FeedParserError) -> [ParsedRow] {
    try reader.read(chunk, into: &rows)
    return try takeRows()
  }

  /// Takes the end of the file.
  /// - Returns: the rows that were not complete before.
  public mutating func finish() throws(FeedParserError) -> [ParsedRow] {
    var last: [ParsedRow] = []
    var mayHaveMore = true
    while mayHaveMore {
      mayHaveMore = try reader.finish(into: &rows)
      last += try takeRows()
    }
    guard let rowReader else { throw searched == 0 ? .empty : headerProblem() }
    if rowReader.count == 0 { throw .noRows }
    return last
  }

  private mutating func takeRows() throws(FeedParserError) -> [ParsedRow] {
    var parsed: [ParsedRow] = []
    parsed.reserveCapacity(rows.count)
    for index in 0..<rows.count {
      let row = rows[index]
      if row.isBlank { continue }
      if rowReader == nil {
        try search(row)
      } else if let row = rowReader?.read(row) {
        parsed.append(row)
      }
    }
    rows.removeComplete()
    return parsed
  }

  /// Takes the row for the header if it has every required column: letterheads may stand above it.
  private mutating func search(_ row: GridRow) throws(FeedParserError) {
    let candidate = FeedHeader(row, spec: spec)
    if candidate.missing(of: spec).isEmpty {
      if let names = candidate.duplicate {
        throw .duplicateColumn(names.first, and: names.second, line: row.line)
      }
      header = candidate
      rowReader = RowReader(spec: spec, header: candidate)
      return
    }
    searched += 1
    if candidate.found > bestHeader?.found ?? 0 { bestHeader = candidate }
    if searched >= limits.headerRows { throw headerProblem() }
  }

  private func headerProblem() -> FeedParserError {
    guard let bestHeader, bestHeader.found >= 2 else { return .noHeader(spec, rows: searched) }
    return .missingColumns(bestHeader.missing(of: spec), line: bestHeader.line)
  }
}

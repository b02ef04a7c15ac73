/// Reads comma-separated values (RFC 4180) and what spreadsheets make of them: `;`, tab or `|` for the comma, LF or CR
/// alone at the end of a line, a byte order mark, rows of different lengths, a space before a quote, and text behind a
/// closing quote, which is taken as it stands.
public struct CSVReader: GridReader {
  /// Bytes that are looked at before the delimiter is decided, so that the chunks' sizes make no difference.
  public static let sniffed = 64 * 1024

  private enum State { case cellStart, padded, bare, quoted, quoteSeen, afterReturn }

  private let limits: GridLimits
  private let declared: UInt8?
  private var state = State.cellStart
  private var line = 1
  private var delimiter: UInt8?
  private var held: [UInt8] = []

  /// - Parameter delimiter: nil to decide by the first 64 KiB.
  public init(delimiter: UInt8? = nil, limits: GridLimits = GridLimits()) {
    self.limits = limits
    declared = delimiter
  }

  public mutating func read(_ chunk: [UInt8], into rows: inout GridRows) throws(FeedParserError) {
    if let delimiter { return try parse(chunk[...], delimiter, into: &rows) }
    held += chunk
    if held.count >= CSVReader.sniffed { try begin(into: &rows) }
  }

  public mutating func finish(into rows: inout GridRows) throws(FeedParserError) -> Bool {
    if delimiter == nil { try begin(into: &rows) }
    if state == .quoted { throw .unterminatedQuote(line: line) }
    let isBetweenRows = rows.openRowCells == 0 && (state == .cellStart || state == .afterReturn)
    if !isBetweenRows { try endRow(in: &rows) }
    return false
  }

  private mutating func begin(into rows: inout GridRows) throws(FeedParserError) {
    let text = held.starts(with: [0xEF, 0xBB, 0xBF]) ? held[3...] : held[...]
    held = []
    let delimiter = declared ?? DelimiterSniffer.delimiter(of: text.prefix(CSVReader.sniffed))
    self.delimiter = delimiter
    try parse(text, delimiter, into: &rows)
  }

  private mutating func parse(
    _ chunk: ArraySlice<UInt8>, _ delimiter: UInt8, into rows: inout GridRows
  ) throws(FeedParserError) {
    try chunk.withUnsafeBufferPointer { (chunk) throws(FeedParserError) in
      var at = 0
      while at < chunk.count {
        switch state {
        case .afterReturn:
          state = .cellStart
          if chunk[at] == .lineFeed { at += 1 }
        case .cellStart, .padded: takeStart(chunk[at], &at, in: &rows)
        case .bare: try takeBare(chunk, &at, delimiter, in: &rows)
        case .quoted: try takeQuoted(chunk, &at, in: &rows)
        case .quoteSeen:
          // A doubled quote is a quote; anything else ends the quoted part.
          if chunk[at] == .quote {
            rows.bytes.append(.quote)
            at += 1
            state = .quoted
          } else {
            state = .bare
          }
        }
      }
    }
  }

  private mutating func takeStart(_ byte: UInt8, _ at: inout Int, in rows: inout GridRows) {
    switch byte {
    case .quote:
      rows.emptyOpenCell()
      state = .quoted
      at += 1
    case .space where rows.openCellSize < limits.maxCellBytes:
      rows.bytes.append(byte)
      state = .padded
      at += 1
    default: state = .bare
    }
  }

  private mutating func takeBare(
    _ chunk: UnsafeBufferPointer<UInt8>, _ at: inout Int, _ delimiter: UInt8, in rows: inout GridRows
  ) throws(FeedParserError) {
    let start = at
    while at < chunk.count, chunk[at] != delimiter, chunk[at] != .lineFeed, chunk[at] != .carriageReturn { at += 1 }
    try append(chunk, start..<at, to: &rows)
    guard at < chunk.count else { return }
    if chunk[at] == delimiter {
      try endCell(in: &rows)
      state = .cellStart
    } else {
      try endRow(in: &rows)
      state = chunk[at] == .carriageReturn ? .afterReturn : .cellStart
    }
    at += 1
  }

  private mutating func takeQuoted(
    _ chunk: UnsafeBufferPointer<UInt8>, _ at: inout Int, in rows: inout GridRows
  ) throws(FeedParserError) {
    let start = at
    while at < chunk.count, chunk[at] != .quote { at += 1 }
    try append(chunk, start..<at, to: &rows)
    guard at < chunk.count else { return }
    at += 1
    state = .quoteSeen
  }

  private func append(
    _ chunk: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, to rows: inout GridRows
  ) throws(FeedParserError) {
    guard rows.openCellSize + range.count <= limits.maxCellBytes else {
      throw .cellTooLarge(line: line, limit: limits.maxCellBytes)
    }
    guard rows.openRowSize + range.count <= limits.maxRowBytes else {
      throw .rowTooLarge(line: line, limit: limits.maxRowBytes)
    }
    rows.bytes.append(contentsOf: UnsafeBufferPointer(rebasing: chunk[range]))
  }

  private func endCell(in rows: inout GridRows) throws(FeedParserError) {
    guard rows.openRowCells < limits.maxColumns else {
      throw .tooManyColumns(line: line, limit: limits.maxColumns)
    }
    rows.endCell()
  }

  private mutating func endRow(in rows: inout GridRows) throws(FeedParserError) {
    try endCell(in: &rows)
    rows.endRow(line: line)
    line += 1
  }
}

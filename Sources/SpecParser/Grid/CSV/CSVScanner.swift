/// Finds the cells in a run of UTF-8 text, where it stands: nothing is copied but what doubled quotes displace.
struct CSVScanner: Sendable {
  private enum State {
    /// In a cell without quotes, maybe before its first character.
    case plain
    /// Between an opening quote and its closing one.
    case quoted
    /// Behind a quote inside quotes: it closes them, or the next character doubles it.
    case quoteSeen
    /// Behind the closing quote.
    case tail
  }

  private let delimiter: UInt8
  private let limits: GridLimits
  private let pattern: SpecialBytes
  private var state = State.plain
  /// Whether the last row ended with a CR, so that an LF belongs to it.
  private var isAfterReturn = false
  /// The row that is being read.
  private(set) var line = 1
  /// Where the rest of the text begins that was not looked at, counted from its end.
  private var seen = 0
  /// Bytes before the closing quote of the cell that is being read.
  private var quoted = 0
  /// Whether more than spaces stands behind that quote.
  private var isQuoteDoubtful = false
  /// Bytes of the row that is being read that stand in its text no more: what the cells' quotes took.
  private var displaced = 0

  init(delimiter: UInt8, limits: GridLimits) {
    self.delimiter = delimiter
    self.limits = limits
    pattern = SpecialBytes(delimiter: delimiter)
  }

  /// Takes what was appended to the rows' bytes.
  mutating func scan(_ rows: inout GridRows) throws(FeedParserError) {
    // Taken out of the rows while cells are added to them.
    var text: [UInt8] = []
    swap(&text, &rows.bytes)
    var kept = text.count
    defer {
      displaced += text.count - kept
      text.removeLast(text.count - kept)
      swap(&text, &rows.bytes)
      seen = kept - rows.openRow
    }
    let start = rows.openRow + seen
    try text.withUnsafeMutableBufferPointer { (text) throws(FeedParserError) in
      guard let base = text.baseAddress else { return }
      kept = try scan(base, from: start, to: text.count, &rows)
    }
  }

  /// Takes the end of the file.
  mutating func finish(_ rows: inout GridRows) throws(FeedParserError) {
    if state == .quoted { throw .unterminatedQuote(line: line) }
    guard rows.openRowCells > 0 || rows.openRowSize > 0 || state != .plain else { return }
    let end = rows.bytes.count
    try endCell(rows.openCell, end, next: end, &rows)
    if isQuoteDoubtful { doubtCell(&rows) }
    try endRow(end, &rows)
    rows.end = .amidLine
  }

  /// - Returns: how many bytes to keep: those behind are delimiters and doubled quotes.
  private mutating func scan(
    _ text: UnsafeMutablePointer<UInt8>, from start: Int, to end: Int, _ rows: inout GridRows
  ) throws(FeedParserError) -> Int {
    var at = start
    var written = start
    while at < end {
      switch state {
      case .plain:
        if isAfterReturn {
          isAfterReturn = false
          if text[at] == .lineFeed {
            at += 1
            rows.skip(to: at)
          }
        }
        at = try scanPlain(text, from: at, to: end, &rows)
        written = at
      case .quoted:
        let quote = pattern.firstQuote(in: text, from: at, to: end)
        move(text, at, quote, to: &written)
        at = quote
        if at < end {
          state = .quoteSeen
          at += 1
        }
      case .quoteSeen:
        if text[at] == .quote {
          move(text, at, at + 1, to: &written)
          at += 1
          state = .quoted
        } else {
          state = .tail
          quoted = written - rows.openCell
        }
      case .tail:
        let place = pattern.first(in: text, from: at, to: end, orQuote: false)
        if (at..<place).contains(where: { text[$0] != .space }) { isQuoteDoubtful = true }
        move(text, at, place, to: &written)
        at = place
        guard at < end else { break }
        let byte = text[at]
        at += 1
        state = .plain
        try endCell(rows.openCell, written, next: at, &rows)
        if isQuoteDoubtful { doubtCell(&rows) }
        if byte != delimiter {
          try endRow(at, &rows)
          isAfterReturn = byte == .carriageReturn
        }
      }
    }
    if state == .plain { written = end }
    if written - rows.openCell > limits.maxCellBytes {
      throw .cellTooLarge(line: line, limit: limits.maxCellBytes, hasQuotes: true)
    }
    // The row's own limit is looked at where a cell ends: else of two that are broken the pieces would choose.
    return written
  }

  /// Takes cells without quotes, until the text ends or a quote opens.
  @inline(__always)
  private mutating func scanPlain(
    _ text: UnsafeMutablePointer<UInt8>, from start: Int, to end: Int, _ rows: inout GridRows
  ) throws(FeedParserError) -> Int {
    var at = start
    var cell = rows.openCell
    while true {
      at = pattern.first(in: text, from: at, to: end, orQuote: true)
      guard at < end else { return at }
      let byte = text[at]
      if byte == .quote {
        // Only spaces before it: it opens the cell.
        guard (cell..<at).allSatisfy({ text[$0] == .space }) else {
          at = pattern.first(in: text, from: at + 1, to: end, orQuote: false)
          if at < end { continue }
          return at
        }
        if at - cell > limits.maxCellBytes {
          throw .cellTooLarge(line: line, limit: limits.maxCellBytes, hasQuotes: true)
        }
        rows.beginCell(at: at + 1)
        state = .quoted
        return at + 1
      }
      try endCell(cell, at, next: at + 1, &rows)
      at += 1
      cell = at
      if byte == delimiter { continue }
      try endRow(at, &rows)
      guard byte == .carriageReturn else { continue }
      guard at < end else {
        isAfterReturn = true
        return at
      }
      if text[at] == .lineFeed {
        at += 1
        cell = at
        rows.skip(to: at)
      }
    }
  }

  /// The file does not double quotes inside quotes, as by `\"`: where its cells end can only be guessed.
  private mutating func doubtCell(_ rows: inout GridRows) {
    isQuoteDoubtful = false
    rows.doubtLastCell(.behindQuote(quoted))
  }

  @inline(__always)
  private func move(_ text: UnsafeMutablePointer<UInt8>, _ start: Int, _ end: Int, to written: inout Int) {
    if written != start { (text + written).update(from: text + start, count: end - start) }
    written += end - start
  }

  @inline(__always)
  private func endCell(_ start: Int, _ end: Int, next: Int, _ rows: inout GridRows) throws(FeedParserError) {
    rows.endCell(from: start, to: end, next: next)
    if end - start > limits.maxCellBytes {
      throw .cellTooLarge(line: line, limit: limits.maxCellBytes, hasQuotes: true)
    }
    let row = next - rows.openRow + displaced
    if row > limits.maxRowBytes { throw .rowTooLarge(line: line, limit: limits.maxRowBytes, hasQuotes: true) }
  }

  @inline(__always)
  private mutating func endRow(_ next: Int, _ rows: inout GridRows) throws(FeedParserError) {
    if rows.openRowCells > limits.maxColumns { throw .tooManyColumns(line: line, limit: limits.maxColumns) }
    rows.endRow(line: line)
    displaced = 0
    line += 1
  }
}

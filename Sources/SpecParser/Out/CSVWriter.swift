/// Writes rows as comma-separated values in a dialect, such as that of the file that they came from.
///
/// What it writes reads back as the same cells (RFC 4180).
public struct CSVWriter: Sendable {
  private let dialect: CSVDialect
  /// Rows that were written and not taken, in UTF-8.
  private var text: [UInt8] = []
  private var isWithinRow = false
  private var hasBegun = false

  public init(_ dialect: CSVDialect) { self.dialect = dialect }

  /// Adds a cell to the row.
  public mutating func write(_ cell: some BidirectionalCollection<UInt8>) {
    if isWithinRow { text.append(dialect.delimiter) }
    isWithinRow = true
    let isPlain = cell.allSatisfy {
      $0 != dialect.delimiter && $0 != .quote && $0 != .lineFeed && $0 != .carriageReturn
    }
    // Readers may take white space at the ends for none of the cell's, unless it is quoted.
    if isPlain, cell.first != .space, cell.last != .space {
      text.append(contentsOf: cell)
      return
    }
    text.append(.quote)
    for byte in cell {
      if byte == .quote { text.append(.quote) }
      text.append(byte)
    }
    text.append(.quote)
  }

  public mutating func write(_ cell: String) { write(cell.utf8) }

  /// Adds a cell that is text of ours, not of the file's owner: what a spreadsheet would take for a formula gets an
  /// apostrophe in front.
  public mutating func write(remark: String) {
    let isFormula = remark.utf8.first.map { "=+-@\t\r".utf8.contains($0) } ?? false
    write((isFormula ? "'" : "") + remark)
  }

  public mutating func endRow() {
    text.append(.carriageReturn)
    text.append(.lineFeed)
    isWithinRow = false
  }

  /// Hands out the rows that were ended, and forgets them.
  /// - Parameter encoding: nil for the dialect's own.
  public mutating func take(_ encoding: TextEncoding? = nil) -> [UInt8] {
    var bytes: [UInt8] = []
    let encoder = TextEncoder(encoding ?? dialect.encoding)
    if !hasBegun {
      hasBegun = true
      if dialect.hasByteOrderMark { encoder.encode([0xEF, 0xBB, 0xBF], into: &bytes) }
      if dialect.hasSeparatorLine {
        encoder.encode(Array("sep=".utf8) + [dialect.delimiter, .carriageReturn, .lineFeed], into: &bytes)
      }
    }
    encoder.encode(text[...], into: &bytes)
    text.removeAll(keepingCapacity: true)
    return bytes
  }
}

/// Turns a file's bytes, as they come, into rows.
public protocol GridReader: Sendable {
  /// Takes the next bytes and appends the rows that they complete.
  mutating func read(_ chunk: [UInt8], into rows: inout GridRows) throws(FeedParserError)

  /// After the last byte: appends the next rows that are left, a bounded number of them.
  /// - Returns: whether there may be more; call again then.
  mutating func finish(into rows: inout GridRows) throws(FeedParserError) -> Bool
}

/// How large a grid's parts may be; beyond them the file is refused.
public struct GridLimits: Sendable, Equatable {
  /// Bytes of one cell. A spreadsheet's own limit is 32,767 characters.
  public var maxCellBytes: Int
  /// Bytes of one row.
  public var maxRowBytes: Int
  /// Cells of one row. A spreadsheet's own limit.
  public var maxColumns: Int
  /// Rows that are not blank, from the top, in which the header is looked for.
  public var headerRows: Int

  public init(
    maxCellBytes: Int = 128 * 1024, maxRowBytes: Int = 1024 * 1024, maxColumns: Int = 16_384, headerRows: Int = 20
  ) {
    self.maxCellBytes = maxCellBytes
    self.maxRowBytes = maxRowBytes
    self.maxColumns = maxColumns
    self.headerRows = headerRows
  }
}

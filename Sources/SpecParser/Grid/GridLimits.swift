/// How large a grid's parts may be, beyond which the file is refused; and how much of it is held in memory.
public struct GridLimits: Sendable {
  /// Bytes of one cell. A spreadsheet's own limit is 32,767 characters.
  public var maxCellBytes: Int
  /// Bytes of one row, its delimiters and quotes included.
  public var maxRowBytes: Int
  /// Cells of one row. A spreadsheet's own limit.
  public var maxColumns: Int
  /// Rows that are not blank, from the top, in which the header is looked for.
  public var headerRows: Int
  /// Bytes by which it is decided what a file is and how it is written, before any row is given.
  public var sniffedBytes: Int
  /// Of a grid that comes as a workbook.
  public var workbook: WorkbookLimits
  public var spill: SpillOptions

  public init(
    maxCellBytes: Int = 128 * 1024, maxRowBytes: Int = 1024 * 1024, maxColumns: Int = 16_384, headerRows: Int = 20,
    sniffedBytes: Int = 64 * 1024, workbook: WorkbookLimits = WorkbookLimits(), spill: SpillOptions = SpillOptions()
  ) {
    self.maxCellBytes = maxCellBytes
    self.maxRowBytes = maxRowBytes
    self.maxColumns = maxColumns
    self.headerRows = headerRows
    self.sniffedBytes = sniffedBytes
    self.workbook = workbook
    self.spill = spill
  }

  /// Bytes of temporary files that a file as large may need: of a workbook the file, its texts, and its rows' keys; of
  /// text the keys and flags of rows that have a GTIN and next to nothing else.
  public func scratchBytes(ofFile bytes: Int) -> Int {
    let perRow = MemoryLayout<RowFacts>.stride + MemoryLayout<RowFlag>.stride
    // Sizes that no disk has would not fit into a number either.
    let bytes = min(bytes, 1 << 50)
    let ofWorkbook = bytes + workbook.maxSharedStringsBytes + GridLimits.sheetRows * perRow
    return max(ofWorkbook, bytes / GridLimits.shortestRow * perRow)
  }

  /// The most rows that a sheet has.
  private static let sheetRows = 1 << 20
  /// Bytes of a row with a GTIN of eight digits and a price of one: `12345670,1` and the line's end.
  private static let shortestRow = 11
}

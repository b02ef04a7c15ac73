/// How large a workbook's parts may be; beyond them the file is refused. A spreadsheet's own files stay far below.
public struct WorkbookLimits: Sendable, Equatable {
  /// Bytes of the file, which is kept in a temporary file while it is read.
  public var maxFileBytes: Int
  /// Bytes that a sheet may inflate to, and that its cells may have together with their shared texts in them.
  public var maxSheetBytes: Int
  /// Bytes that the table of shared strings may inflate to.
  public var maxSharedStringsBytes: Int
  /// Bytes that any other part may inflate to.
  public var maxPartBytes: Int
  /// Bytes that all parts that are read may inflate to together.
  public var maxTotalBytes: Int
  /// Cells of a sheet, with the empty ones to the left of filled ones: a short file can have very many of them.
  public var maxCells: Int
  /// Sheets that are looked at for the one whose header fits.
  public var maxSheets: Int
  /// Bytes of shared strings that are kept in memory; beyond it they lie in a temporary file.
  public var sharedStringsMemory: Int

  public init(
    maxFileBytes: Int = 1 << 30, maxSheetBytes: Int = 2 << 30, maxSharedStringsBytes: Int = 1 << 30,
    maxPartBytes: Int = 16 << 20, maxTotalBytes: Int = 4 << 30, maxCells: Int = 500_000_000, maxSheets: Int = 255,
    sharedStringsMemory: Int = 8 << 20
  ) {
    self.maxFileBytes = maxFileBytes
    self.maxSheetBytes = maxSheetBytes
    self.maxSharedStringsBytes = maxSharedStringsBytes
    self.maxPartBytes = maxPartBytes
    self.maxTotalBytes = maxTotalBytes
    self.maxCells = maxCells
    self.maxSheets = maxSheets
    self.sharedStringsMemory = sharedStringsMemory
  }
}

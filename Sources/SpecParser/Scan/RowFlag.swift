public import ScratchFiles

/// What another row of the same file makes of a row.
public struct RowFlag: BitwiseCopyable, Sendable, Equatable, Comparable {
  public enum Kind: UInt8, BitwiseCopyable, Sendable, CaseIterable {
    /// An earlier row says the same: this one is left out.
    case repeated
    /// Rows about the same entry say different things: none of them can be right alone.
    case contradicted
    /// Another row's window of the same entry has days in common with this one's.
    case overlapping
  }

  /// From 0, among the data rows.
  public let row: UInt32
  /// Another of the rows that clash, as a spreadsheet shows it.
  public let otherLine: UInt32
  public let kind: Kind

  public static func < (left: RowFlag, right: RowFlag) -> Bool { left.row < right.row }
}

/// The flagged rows of a file, walked in the file's order beside its rows.
public struct RowFlags: Sendable {
  private var walk: RecordWalk<RowFlag>
  private var next: RowFlag?
  /// How many rows are flagged as what.
  public let counts: [RowFlag.Kind: Int]
  /// Items with a row that is not failed by others.
  let items: Int

  init(_ flags: SortedRecords<RowFlag>, counts: [RowFlag.Kind: Int], items: Int) throws(ScratchFileError) {
    walk = try flags.walk()
    self.counts = counts
    self.items = items
    next = try walk.next()
  }

  /// The flag of a row. Ask for rows in rising order.
  public mutating func flag(ofRow row: UInt32) throws(ScratchFileError) -> RowFlag? {
    while let flag = next, flag.row < row { next = try walk.next() }
    guard let flag = next, flag.row == row else { return nil }
    return flag
  }
}

/// What is kept of a row while the whole file is searched for rows that clash with it: 40 bytes, whatever its size.
public struct RowFacts: BitwiseCopyable, Sendable, Equatable {
  /// The item: its GTIN as a number.
  public let item: UInt64
  /// A digest of the members that tell an item's entries apart, such as the ship node; the window's start is not in it.
  ///
  /// 64 bits are enough: only rows of one item are compared, and of two thousand entries of an item two share a digest
  /// with a probability of 10⁻¹³.
  public let key: UInt64
  /// A digest of all of the row's values.
  public let content: UInt64
  /// The first and the last day of the row's window; `Int32.min` and `Int32.max` where it is open, or has none.
  public let start: Int32
  public let end: Int32
  /// From 0, among the data rows.
  public let row: UInt32
  /// As a spreadsheet shows it.
  public let line: UInt32

  public init(item: UInt64, key: UInt64, content: UInt64, start: Int32, end: Int32, row: UInt32, line: UInt32) {
    self.item = item
    self.key = key
    self.content = content
    self.start = start
    self.end = end
    self.row = row
    self.line = line
  }
}

extension RowFacts: Comparable {
  /// By item, entry, start, and then the file's order.
  @inline(__always)
  public static func < (left: RowFacts, right: RowFacts) -> Bool {
    if left.item != right.item { return left.item < right.item }
    if left.key != right.key { return left.key < right.key }
    if left.start != right.start { return left.start < right.start }
    return left.row < right.row
  }

  /// Whether both rows are about the same entry of the same item, maybe at different times.
  func isSameEntry(as other: RowFacts) -> Bool { item == other.item && key == other.key }
}

internal import ItemModel

/// Rows whose cells were read and checked: typed values side by side, no object per row or cell. Memory that was used
/// for one batch serves the next when it is filled anew.
public struct RowBatch: Sendable {
  struct Record: BitwiseCopyable {
    static let noGTIN = UInt64.max

    let index: Int
    let line: Int
    let gtin: UInt64
    /// The GTIN's digits as submitted, in the batch's text; the cell where it cannot be read.
    let submitted: Int
    let submittedCount: Int
    /// Behind the row's last value's text.
    let textEnd: Int
    let firstIssue: Int
    let issueEnd: Int
    let isFailed: Bool

    var issues: Range<Int> { firstIssue..<issueEnd }
  }

  var records: [Record] = []
  /// The rows' values, column by column of the spec.
  var values: [TypedValue] = []
  var text = ByteBuffer()
  /// Of the rows that have some, in the rows' order.
  var issues: [RowIssue] = []
  /// What the rows become.
  private(set) var writer: RowWriter?
  private(set) var layout: Layout?

  struct Layout: Sendable {
    let columns: Int
    let key: [Int]
    let window: SpecWindow?
  }

  public init() {}

  /// Forgets the rows, in the same memory.
  public mutating func removeAll() {
    records.removeAll(keepingCapacity: true)
    values.removeAll(keepingCapacity: true)
    text.removeAll()
    issues.removeAll(keepingCapacity: true)
  }

  /// Says what the rows to come are.
  mutating func begin(_ spec: Spec) {
    if layout != nil { return }
    writer = RowWriter(spec.program, columns: spec.columns.count)
    layout = Layout(columns: spec.columns.count, key: spec.keyColumns, window: spec.window)
  }

  /// Forgets the last row.
  mutating func removeLast() {
    guard let last = records.popLast(), let layout else { return }
    values.removeLast(layout.columns)
    issues.removeLast(last.issues.count)
    text.truncate(to: last.submitted)
  }

  // MARK: Objects

  /// One object for rows of an item; their places in the batch.
  public func attributes(of rows: some RandomAccessCollection<Int>) -> [UInt8] {
    guard let writer else { return [] }
    let limit = rows.reduce(0) { $0 + writer.limit(text: textSize(of: $1)) }
    // The limit is generous: an object takes a fifth of it, and many are held at once.
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: limit) { output in
      guard let base = output.baseAddress else { return [] }
      let count = values.withUnsafeBufferPointer { values in
        text.storage.withUnsafeBufferPointer { text in
          writer.write(rows, values: values, text: text, to: base)
        }
      }
      return Array(output[..<count])
    }
  }

  private func textSize(of row: Int) -> Int { records[row].textEnd - records[row].submitted }
}

extension RowBatch: RandomAccessCollection {
  public var startIndex: Int { 0 }
  public var endIndex: Int { records.count }
  public subscript(place: Int) -> ParsedRow { ParsedRow(batch: self, record: records[place], place: place) }
}

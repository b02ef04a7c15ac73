/// Rows of a grid as one run of bytes and the places where its cells and rows end: no object per cell or row.
///
/// A reader appends to it; the row that is not complete yet stays at the end until the rest of it comes.
public struct GridRows: Sendable {
  var bytes: [UInt8] = []
  private(set) var cellEnds: [Int] = []
  private var records: [Record] = []

  private struct Record {
    let endCell: Int
    let line: Int
  }

  public init() {}

  /// The number of complete rows.
  public var count: Int { records.count }

  public subscript(_ index: Int) -> GridRow {
    let first = index == 0 ? 0 : records[index - 1].endCell
    return GridRow(
      bytes: bytes, ends: cellEnds[first..<records[index].endCell], start: start(ofCell: first),
      line: records[index].line)
  }

  /// Forgets the complete rows, in the same memory.
  public mutating func removeComplete() {
    guard let last = records.last else { return }
    let taken = start(ofCell: last.endCell)
    bytes.removeFirst(taken)
    cellEnds.removeFirst(last.endCell)
    for index in cellEnds.indices { cellEnds[index] -= taken }
    records.removeAll(keepingCapacity: true)
  }

  /// Bytes of the cell that is being read.
  var openCellSize: Int { bytes.count - start(ofCell: cellEnds.count) }
  /// Bytes of the row that is being read.
  var openRowSize: Int { bytes.count - start(ofCell: records.last?.endCell ?? 0) }
  /// Complete cells of the row that is being read.
  var openRowCells: Int { cellEnds.count - (records.last?.endCell ?? 0) }

  mutating func endCell() { cellEnds.append(bytes.count) }
  mutating func endRow(line: Int) { records.append(Record(endCell: cellEnds.count, line: line)) }
  mutating func emptyOpenCell() { bytes.removeLast(openCellSize) }

  private func start(ofCell cell: Int) -> Int { cell == 0 ? 0 : cellEnds[cell - 1] }
}

/// One row's cells, without quotes and escapes.
public struct GridRow: Sendable {
  let bytes: [UInt8]
  let ends: ArraySlice<Int>
  let start: Int
  /// The row's number as a spreadsheet shows it, from 1: blank rows count, line breaks inside a cell do not.
  public let line: Int

  /// The number of cells.
  public var count: Int { ends.count }

  /// The bytes of a cell; empty beyond the last, since rows may be ragged.
  public subscript(_ cell: Int) -> ArraySlice<UInt8> {
    guard cell < ends.count else { return [] }
    let place = ends.startIndex + cell
    return bytes[(cell == 0 ? start : ends[place - 1])..<ends[place]]
  }

  /// Whether no cell holds anything but white space.
  public var isBlank: Bool { (0..<count).allSatisfy { self[$0].trimmed.isEmpty } }
}

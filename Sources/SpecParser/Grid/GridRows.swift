/// Rows of a grid as one run of bytes and the places of its cells in it: no object per cell or row.
///
/// A reader appends to it; the row that is not complete yet stays at the end until the rest of it comes.
public struct GridRows: Sendable {
  /// A cell's place among the bytes.
  struct Cell {
    let start: Int
    let end: Int
  }

  struct Record {
    /// Behind the row's last cell.
    let endCell: Int
    let line: Int
  }

  /// The cells' bytes, and maybe delimiters and quotes between them. Cells of a complete row never change.
  var bytes: [UInt8] = []
  private(set) var cells: [Cell] = []
  private(set) var records: [Record] = []
  /// In the rows' order, and that of their cells.
  private(set) var doubts: [Doubt] = []
  /// Where the cell that is being read begins.
  private(set) var openCell = 0
  /// Where the row that is being read begins.
  private(set) var openRow = 0

  /// A cell of which it is not certain what it holds, or a row of which it is not whether it is meant.
  struct Doubt {
    enum Reason {
      /// Text stands behind its closing quote, after so many bytes: where it ends is guessed.
      case behindQuote(Int)
      /// A part of its text is struck out.
      case struckOut
      /// A part of its text stands above or below the line.
      case raised
      /// The sheet hides the row.
      case hidden
    }

    /// Among the rows, the one that is being read included.
    let row: Int
    /// Of a hidden row its last one.
    let cell: Int
    let reason: Reason
  }

  /// How the file ends.
  enum End {
    /// With the end of a line, as far as is known.
    case line
    case amidLine
    case amidCharacter
  }

  /// What stands behind the last row.
  var end = End.line

  public init() {}

  /// The number of complete rows.
  public var count: Int { records.count }

  public subscript(_ index: Int) -> GridRow {
    let first = index == 0 ? 0 : records[index - 1].endCell
    return GridRow(bytes: bytes, cells: cells[first..<records[index].endCell], line: records[index].line)
  }

  /// Forgets the complete rows, in the same memory.
  public mutating func removeComplete() { removeFirst(count) }

  /// Forgets so many of the complete rows.
  mutating func removeFirst(_ rows: Int) {
    guard rows > 0 else { return }
    let taken = records[rows - 1].endCell
    let start = rows == count ? openRow : taken < cells.count ? cells[taken].start : openRow
    bytes.removeFirst(start)
    cells.removeFirst(taken)
    records.removeFirst(rows)
    for index in cells.indices { cells[index] = Cell(start: cells[index].start - start, end: cells[index].end - start) }
    for index in records.indices {
      records[index] = Record(endCell: records[index].endCell - taken, line: records[index].line)
    }
    doubts = doubts.filter { $0.row >= rows }.map { Doubt(row: $0.row - rows, cell: $0.cell, reason: $0.reason) }
    openCell -= start
    openRow -= start
  }

  /// Bytes of the row that is being read.
  var openRowSize: Int { bytes.count - openRow }
  /// Complete cells of the row that is being read.
  var openRowCells: Int { cells.count - (records.last?.endCell ?? 0) }

  /// Ends a cell that is the bytes since the last one.
  mutating func endCell() { endCell(from: openCell, to: bytes.count, next: bytes.count) }

  /// Ends the cell that is the bytes from `start` to `end`; the next one begins at `next`.
  @inline(__always)
  mutating func endCell(from start: Int, to end: Int, next: Int) {
    cells.append(Cell(start: start, end: end))
    openCell = next
  }

  /// Says that it is not certain what the last cell holds.
  mutating func doubtLastCell(_ reason: Doubt.Reason) {
    doubts.append(Doubt(row: records.count, cell: openRowCells - 1, reason: reason))
  }

  @inline(__always)
  mutating func endRow(line: Int) {
    records.append(Record(endCell: cells.count, line: line))
    openRow = openCell
  }

  /// Leaves out what stands between the last row and `place`.
  @inline(__always)
  mutating func skip(to place: Int) {
    openCell = place
    openRow = place
  }

  /// Says that the cell that is being read begins here.
  mutating func beginCell(at place: Int) { openCell = place }
}

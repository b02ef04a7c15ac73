/// One row's cells, without quotes and escapes.
public struct GridRow: Sendable {
  let bytes: [UInt8]
  let cells: ArraySlice<GridRows.Cell>
  /// The row's number as a spreadsheet shows it, from 1: blank rows count, line breaks inside a cell do not.
  public let line: Int

  /// The number of cells.
  public var count: Int { cells.count }

  /// The bytes of a cell; empty beyond the last, since rows may be ragged.
  public subscript(_ cell: Int) -> ArraySlice<UInt8> {
    guard cell < cells.count else { return [] }
    let place = cells[cells.startIndex + cell]
    return bytes[place.start..<place.end]
  }

  /// What tells the row to a person: its first few cells that hold something.
  var firstCells: String {
    let texts = (0..<count).lazy.map { self[$0].trimmed }.filter { !$0.isEmpty }.prefix(4).map(\.excerpt)
    return Array(texts.joined(separator: " | ").utf8)[...].excerpt
  }

  /// Whether no cell holds anything but white space.
  public var isBlank: Bool { (0..<count).allSatisfy { self[$0].trimmed.isEmpty } }
}

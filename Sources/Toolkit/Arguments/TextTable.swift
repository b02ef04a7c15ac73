/// Rows of text in aligned columns.
public struct TextTable: Sendable {
  public enum Alignment: Sendable { case left, right }

  private let columns: [(title: String, alignment: Alignment)]
  private var rows: [[String]] = []

  public init(_ columns: [(title: String, alignment: Alignment)]) { self.columns = columns }

  public init(_ titles: String...) { columns = titles.map { ($0, .left) } }

  /// Adds a row; missing cells are empty, further ones are left out. Controls, such as line feeds, become blanks.
  public mutating func add(_ cells: [String]) {
    rows.append(
      columns.indices.map { index in
        guard index < cells.count else { return "" }
        return cells[index].withoutControls
      })
  }

  /// The table with its titles, each line ended by a line feed and without blanks before it.
  public func text() -> String {
    let all = [columns.map(\.title)] + rows
    let widths = columns.indices.map { column in all.map { DisplayWidth.of($0[column]) }.max() ?? 0 }
    return all.map { row in
      var line = ""
      for (index, cell) in row.enumerated() {
        let padding = String(repeating: " ", count: widths[index] - DisplayWidth.of(cell))
        line += columns[index].alignment == .left ? cell + padding : padding + cell
        line += "  "
      }
      while line.last == " " { line.removeLast() }
      return line + "\n"
    }.joined()
  }
}

public import ScratchFiles
public import WorkbookWriter

/// Empty grids for merchants to fill in.
public enum GridTemplate {
  /// The header as comma-separated values, with the mark by which spreadsheets recognise UTF-8.
  public static func csv(_ spec: Spec) -> [UInt8] {
    var writer = CSVWriter(CSVDialect(hasByteOrderMark: true))
    for column in spec.columns { writer.write(column.name) }
    writer.endRow()
    return writer.take()
  }

  /// A workbook: the grid, of which all cells are text and those of a choice drop down; and a sheet that explains the
  /// columns.
  /// - Throws: when the disk is full.
  public static func workbook(_ spec: Spec, to file: ScratchFile) throws(WorkbookError) {
    let writer = try WorkbookWriter(to: file)
    let grid = try writer.addSheet(sheetName(spec))
    let guides = spec.columns.map(ColumnGuide.init(column:))
    for (place, guide) in guides.enumerated() {
      let name = guide.column.name
      try writer.setWidth(Double(max(14, min(40, name.count + 4))), of: place...place, in: grid)
      try writer.write(name.utf8, row: 0, column: place, .header, in: grid)
    }
    writer.freeze(above: 1, in: grid)
    try explain(guides, writer)
    try offer(guides, on: grid, writer)
    try writer.finish()
  }

  private static let rowsWithDropDowns = 1...100_000

  private static func explain(_ guides: [ColumnGuide], _ writer: WorkbookWriter) throws(WorkbookError) {
    let sheet = try writer.addSheet("Columns explained")
    try writer.setWidth(36, of: 0...0, in: sheet)
    try writer.setWidth(12, of: 1...1, in: sheet)
    try writer.setWidth(70, of: 2...2, in: sheet)
    try writer.setWidth(24, of: 3...3, in: sheet)
    let rows =
      [["Column", "", "What goes into it", "Example"]]
      + guides.map { [$0.column.name, $0.isRequired, $0.rule, $0.example] }
    for (row, cells) in rows.enumerated() {
      for (column, cell) in cells.enumerated() {
        try writer.write(cell.utf8, row: row, column: column, row == 0 ? .header : .plain, in: sheet)
      }
    }
  }

  /// Long lists do not fit into a drop-down and stand on a hidden sheet.
  private static func offer(
    _ guides: [ColumnGuide], on grid: WorkbookWriter.Sheet, _ writer: WorkbookWriter
  ) throws(WorkbookError) {
    let long = guides.map(\.choices).filter { !$0.isEmpty && !DropDown.fits($0) }
    if !long.isEmpty {
      let lists = try writer.addSheet(listSheet)
      for row in 0..<(long.map(\.count).max() ?? 0) {
        for (column, values) in long.enumerated() where row < values.count {
          try writer.write(values[row].utf8, row: row, column: column, in: lists)
        }
      }
      writer.hide(lists)
    }
    var next = 0
    for (place, guide) in guides.enumerated() where !guide.choices.isEmpty {
      var offered = DropDown.values(guide.choices)
      if !DropDown.fits(guide.choices) {
        offered = .column(sheet: listSheet, column: next, count: guide.choices.count)
        next += 1
      }
      try writer.offer(offered, in: rowsWithDropDowns, column: place, of: grid)
    }
  }

  private static let listSheet = "Lists"

  /// The spec's name, as far as a sheet's name may be that long, unless it is taken: case makes no difference, and
  /// spreadsheets keep “History” to themselves.
  static func sheetName(_ spec: Spec) -> String {
    let name = String(spec.name.prefix(31))
    return [listSheet, "History"].contains { $0.lowercased() == name.lowercased() } ? "Grid" : name
  }
}

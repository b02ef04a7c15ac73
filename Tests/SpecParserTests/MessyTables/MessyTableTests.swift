import SpecParser
import Testing

/// The ugly tables of the messytables project, read where they are present: each has its expected cells, or the error
/// that it is refused with.
@Suite(.enabled(if: exists(fixtureRoot("../shared/grids/messytables")))) struct MessyTableTests {
  private let folder = fixtureRoot("../shared/grids/messytables")

  @Test func `every file has its expected cells or its error`() throws {
    let known = MessyTable.all.map(\.name) + MessyWorkbook.all.map(\.name) + MessyRefusal.all.map(\.name)
    #expect(try Set(files(in: folder)) == Set(known))
  }

  @Test(arguments: MessyTable.all.map(\.name), [997, 65_536]) func text(_ name: String, _ size: Int) throws {
    let table = try #require(MessyTable.all.first { $0.name == name })
    let cells = try cells(of: contents("\(folder)/\(name)"), by: CSVReader(), size: size)
    #expect(cells.count == table.rows)
    #expect(Dictionary(grouping: cells, by: \.count).mapValues(\.count) == table.widths)
    for (place, cell) in table.cells { #expect(cells[place.row][place.column] == cell) }
    #expect(String(MessyTable.digest(cells, asciiOnly: table.isForeign), radix: 16) == String(table.digest, radix: 16))
  }

  @Test(arguments: MessyWorkbook.all) func workbook(_ workbook: MessyWorkbook) throws {
    var fit: (@Sendable (GridRow) -> HeaderFit)?
    if let name = workbook.header {
      fit = { row in
        let found = (0..<row.count).count { String(decoding: row[$0], as: UTF8.self) == name }
        return HeaderFit(found: found, isComplete: false)
      }
    }
    let rows = try lines(contents("\(folder)/\(workbook.name)"), fit: fit).filter { !$0.cells.isEmpty }
    #expect(rows.count == workbook.rows)
    for (line, cells) in workbook.lines { #expect(rows.first { $0.line == line }?.cells == cells) }
    #expect(
      String(MessyTable.digest(rows.map(\.cells), asciiOnly: false), radix: 16) == String(workbook.digest, radix: 16))
  }

  /// None of the tables names a cost grid's columns, and some files are no table at all.
  @Test func whatIsSaidOfTheRest() throws {
    let spec = try costSpec()
    let codes = MessyRefusal.all.reduce(into: [:]) { $0[$1.name] = $1.code }
    for name in try files(in: folder) {
      let bytes = try contents("\(folder)/\(name)")
      let error = #expect(throws: FeedParserError.self, "\(name)") { try parse(bytes, spec: spec, size: 4_096) }
      // Of several sheets none fits.
      #expect(error?.code == codes[name] ?? (name == "large.xlsx" ? "no_sheet_fits" : "no_header"), "\(name)")
    }
  }
}

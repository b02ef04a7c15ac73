import Foundation
import ScratchFiles
import SpecParser
import Testing

@Suite struct ErrorFileTests {
  private let grid = """
    Northwind;;;
    Item Gtin;Shipnode ID;Unit Cost
    02345673;1;39,88
    416000336108;Köln;a "lot"
    ;;
    02345673;2;5,00;beyond

    """

  private let outcomes = [
    3: RowOutcome(status: "SUCCESS", isFailed: false, issues: []),
    4: RowOutcome(
      status: "DATA_ERROR", isFailed: true,
      issues: [
        RowOutcome.Issue(
          severity: .error, code: "invalid_money", column: "Unit Cost", description: "Not an “amount”.", hint: "39.88")
      ]),
    6: RowOutcome(status: "SUCCESS", isFailed: false, issues: []),
  ]

  @Test(arguments: [1, 50, 10_000]) func `a CSV comes back in its dialect, with what became of each row`(
    size: Int
  ) throws {
    let whole = try errors(Array(grid.data(using: .windowsCP1252) ?? Data()), size: size, .all)
    #expect(
      String(data: Data(whole.bytes), encoding: .windowsCP1252)
        == """
        Northwind;;;
        Item Gtin;Shipnode ID;Unit Cost;Hyperloop status;Hyperloop issues;Hyperloop hints
        02345673;1;39,88;SUCCESS;;
        416000336108;Köln;"a ""lot""\";DATA_ERROR;error invalid_money: Unit Cost: Not an “amount”.;39.88
        ;;;;;
        02345673;2;5,00;SUCCESS;;;beyond

        """.replacing("\n", with: "\r\n"))
  }

  @Test func `of the failed rows alone, and a file that comes again gets its columns anew`() throws {
    let first = try errors(Array(grid.utf8), size: 100, .failed).bytes
    let text = String(decoding: first, as: UTF8.self)
    #expect(text.split(whereSeparator: \.isNewline).count == 3)
    #expect(!text.contains("SUCCESS"))
    // Row 3 of the shorter file is the one that failed.
    let again = try errors(first, size: 100, .all, [3: try #require(outcomes[4])]).bytes
    #expect(String(decoding: again, as: UTF8.self) == text)
    #expect(try parse(first, spec: costSpec()).count == 1)
  }

  @Test func `a workbook comes back as one, with the same rows`() throws {
    let name = try #require(try files(in: fixtureRoot("Fixtures/grids/xlsx")).first { $0.hasSuffix(".xlsx") })
    let grid = try fixture("grids/xlsx/\(name)")
    let rows = try parse(grid, spec: costSpec())
    #expect(!rows.isEmpty)
    let outcomes = Dictionary(
      uniqueKeysWithValues: rows.map { row in
        let issues = row.issues.map {
          RowOutcome.Issue(
            severity: $0.severity, code: $0.code, column: $0.column, description: $0.description, hint: $0.hint)
        }
        return (row.line, RowOutcome(status: "DATA_ERROR", isFailed: true, issues: issues))
      })
    for scope in ErrorFile.Scope.allCases {
      let file = try #require(try errors(grid, size: 5_000, scope, outcomes).workbook)
      let again = try parse(bytes(of: file), spec: costSpec())
      #expect(again.map(\.text) == rows.map(\.text))
      if scope == .all { #expect(again.map(\.line) == rows.map(\.line)) }
    }
  }

  private func errors(
    _ grid: [UInt8], size: Int, _ scope: ErrorFile.Scope, _ given: [Int: RowOutcome]? = nil
  ) throws -> (bytes: [UInt8], workbook: ScratchFile?) {
    let outcomes = given ?? self.outcomes
    var file = ErrorFile(spec: try costSpec(), scope: scope, limits: GridLimits(sniffedBytes: 64))
    var bytes: [UInt8] = []
    for start in stride(from: 0, to: grid.count, by: size) {
      try file.read(Array(grid[start..<min(start + size, grid.count)]))
      bytes += try file.write(outcomes)
    }
    var mayHaveMore = true
    while mayHaveMore {
      mayHaveMore = try file.finish()
      bytes += try file.write(outcomes)
    }
    return (bytes, try file.end())
  }
}

import SpecParser
import Testing

/// A file's rows for good, after its scan.
@Suite(.timeLimit(.minutes(5))) struct FeedReadingTests {
  private let header = "Item Gtin,Shipnode ID,Unit Cost,Cost Start Date\n"

  @Test(arguments: [1, 60, 10_000]) func `each row is flagged once, whatever the pieces`(size: Int) throws {
    let grid =
      header + """
        062145556123,1,10,
        062145556123,1,10.00,
        012378912355,1,abc,
        416000336108,1,5,
        416000336108,1,6,
        012378912355,1,7,
        062145556123,1,10,
        """
    let expected = [
      [], ["duplicate_row"], ["invalid_money"], ["duplicate_conflict"], ["duplicate_conflict"], [], ["duplicate_row"],
    ]
    #expect(try read(grid, size: size).map(\.codes.unexpected) == expected)
    let rest = try read(grid, size: size, firstRow: 3)
    #expect(rest.map(\.index) == [3, 4, 5, 6])
    #expect(rest.map(\.codes.unexpected) == Array(expected[3...]))
  }

  @Test func `what the whole file says of its columns holds from its first row on`() throws {
    let text = String(decoding: try fixture("specs/cost.yaml"), as: UTF8.self)
    let spec = try SpecFile.read(
      Array(text.replacing("order: month-first", with: "order: infer").utf8), file: "cost.yaml")
    let rows = try read(header + "062145556123,1,10,4-11-19\n062145556123,2,10,21-4-19", spec: spec)
    #expect(rows.map(\.isFailed) == [false, false])
    #expect(rows.first?.text?.contains("2019-11-04") == true)
  }

  @Test(arguments: [1, 10_000]) func `of a file that breaks off the rows before stand, flags included`(
    size: Int
  ) throws {
    let grid = Array(
      (header + "062145556123,1,10,\n062145556123,1,10,\n062145556123,\(String(repeating: "x", count: 300)),1,\n").utf8)
    let limits = GridLimits(maxCellBytes: 200, sniffedBytes: 64)
    var scan = FeedScan(spec: try costSpec(), limits: limits)
    #expect(throws: FeedParserError.self) { for piece in pieces(grid, size) { try scan.feed(chunk: piece) } }
    let result = try scan.result()
    #expect(result.rows == 2)
    var reading = FeedReading(spec: try costSpec(), scan: result, limits: limits)
    var rows = RowBatch()
    let error = #expect(throws: FeedParserError.self) {
      for piece in pieces(grid, size) { try reading.feed(piece, into: &rows) }
    }
    #expect(error?.code == "cell_too_large")
    #expect(rows.map(\.codes.unexpected) == [[], ["duplicate_row"]])
  }

  @Test func `where one row fails all, the good ones have a code of their own`() throws {
    let spec = try costSpec()
    let grid = Array((header + "062145556123,1,10,\n062145556123,2,abc,").utf8)
    var reading = FeedReading(spec: spec, scan: try readWhole(grid, spec: spec).scan, rejectsAll: true)
    var rows = RowBatch()
    try reading.feed(grid, into: &rows)
    while try reading.finish(into: &rows) {}
    #expect(rows.map(\.codes.unexpected) == [["all_or_nothing"], ["invalid_money"]])
    #expect(rows.map(\.isFailed) == [true, true])
  }

  private func read(_ grid: String, spec: Spec? = nil, size: Int = 100, firstRow: Int = 0) throws -> RowBatch {
    let (grid, limits) = (Array(grid.utf8), GridLimits(sniffedBytes: 64))
    let spec = try spec ?? costSpec()
    var reading = FeedReading(
      spec: spec, scan: try readWhole(grid, spec: spec, limits: limits).scan, firstRow: firstRow, limits: limits)
    var rows = RowBatch()
    for piece in pieces(grid, size) { try reading.feed(piece, into: &rows) }
    while try reading.finish(into: &rows) {}
    return rows
  }
}

extension [String] {
  /// Without those about check digits, which the grids of the tests do not care for.
  fileprivate var unexpected: [String] { filter { $0 != "gtin_check_digit" } }
}

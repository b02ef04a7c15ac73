import SpecParser
import Testing

/// What only a whole file can say, through the public calls.
@Suite(.timeLimit(.minutes(5))) struct FeedScanTests {
  private let header = "Item Gtin,Shipnode ID,Unit Cost,Cost Start Date,Cost End Date\n"

  @Test func `repeats, contradictions and overlaps name each other's rows`() throws {
    let rows = try scanned(
      header + """
        062145556123,1,10,4-11-19,4-21-19
        062145556123,2,10,4-11-19,4-21-19
        00062145556123,1,$10.00,04/11/2019,2019-04-21
        012378912355,1,5,,
        012378912355,1,6,,
        416000336108,1,5,1-1-19,1-31-19
        416000336108,1,6,1-31-19,2-28-19
        416000336108,1,7,3-1-19,
        """)
    #expect(
      try rows.describe() == [
        "2 ok", "3 ok", "4 ok duplicate_row row 2", "5 failed duplicate_conflict row 6",
        "6 failed duplicate_conflict row 5", "7 failed window_overlap row 8", "8 failed window_overlap row 7", "9 ok",
      ])
  }

  @Test func `other currencies are other values, and what rows share is named`() throws {
    let rows = try scanned(header + "416000336108,1,5 USD,,\n416000336108,1,5 EUR,,").rows
    #expect(rows.map(\.codes) == [["duplicate_conflict"], ["duplicate_conflict"]])
    #expect(
      rows[0].issues.map(\.description) == [
        "Rows for the same item, Shipnode ID, Cost Start Date say different things; see row 3."
      ])
  }

  @Test func `a row with an error of its own makes no other fail`() throws {
    let rows = try scanned(
      header + """
        062145556123,1,abc,4-11-19,4-21-19
        062145556123,1,10,4-12-19,4-21-19
        """)
    #expect(try rows.describe() == ["2 failed", "3 ok"])
  }

  @Test func `dates are read by the whole file's order, and refused where nothing decides`() throws {
    let spec = try inferring()
    let lines = "062145556123,1,10,4-11-19,\n062145556123,2,10,"
    let dayFirst = try scanned(header + lines + "21-4-19,", spec: spec)
    #expect(try #require(dayFirst.rows.first).text?.contains("2019-11-04") == true)
    let monthFirst = try scanned(header + lines + "4-21-19,", spec: spec)
    #expect(try #require(monthFirst.rows.first).text?.contains("2019-04-11") == true)
    let unknown = try scanned(header + lines + "5-6-19,", spec: spec)
    #expect(unknown.rows.map(\.isFailed) == [true, true])
    #expect(unknown.rows.flatMap(\.codes).contains("date_order_unknown"))
  }

  @Test func `a comma before fractions that the first bytes do not show is seen`() throws {
    let plain = (0..<300).map { "062145556123;\($0);10" }.joined(separator: "\n")
    let rows = try scanned("Item Gtin;Shipnode ID;Unit Cost\n" + plain + "\n062145556123;x;39,88")
    #expect(rows.result.failedRows == 0)
    #expect(try #require(rows.rows.last).text?.contains("39.88") == true)
  }

  @Test func `a file is sound when it can be read to its end and none of its rows fails`() throws {
    #expect(try scanned(header + "062145556123,1,10,,").result.isSound)
    #expect(try !scanned(header + "062145556123,1,10,,\n062145556123,2,abc,,").result.isSound)
    #expect(try !scanned(header + "062145556123,1,10,,\n062145556123,1,11,,").result.isSound)
    var scan = FeedScan(spec: try costSpec())
    try scan.feed(chunk: Array((header + "062145556123,1,10,,\n062145556123,\"2").utf8))
    #expect(throws: FeedParserError.self) {
      while try scan.finish() {}
    }
    let broken = try scan.result()
    #expect(broken.allFailedRows == 0 && !broken.isSound)
  }

  private func inferring() throws -> Spec {
    let text = String(decoding: try fixture("specs/cost.yaml"), as: UTF8.self)
    return try SpecFile.read(
      Array(text.replacing("order: month-first", with: "order: infer").utf8), file: "cost.yaml")
  }

  private func scanned(_ grid: String, spec: Spec? = nil) throws -> Scanned {
    let (rows, _, result) = try readWhole(Array(grid.utf8), spec: try spec ?? costSpec())
    #expect(rows.count == result.rows)
    #expect(rows.count { $0.isFailed } == result.allFailedRows)
    #expect(Set(rows.filter { !$0.isFailed }.map(\.gtin)).count == result.items)
    return Scanned(rows: rows, result: result)
  }

  private struct Scanned {
    let rows: RowBatch
    let result: ScanResult

    /// `LINE ok|failed CODE row OTHER`, check digits aside.
    func describe() throws -> [String] {
      try rows.map { row in
        let clash = row.issues.first { ["duplicate_row", "duplicate_conflict", "window_overlap"].contains($0.code) }
        let other = try clash.map { try #require($0.description.firstMatch(of: /row \d+/)).output }
        return "\(row.line) \(row.isFailed ? "failed" : "ok")" + (clash.map { " \($0.code) \(other ?? "")" } ?? "")
      }
    }
  }
}

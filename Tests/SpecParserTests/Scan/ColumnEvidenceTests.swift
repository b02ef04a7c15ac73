import JSONCodec
import SpecParser
import Testing

/// How columns are read that the spec leaves to the file.
@Suite(.timeLimit(.minutes(5))) struct ColumnEvidenceTests {
  private func spec(_ column: String, order: String = "infer") throws -> Spec {
    let text = """
      spec: x
      currency: USD
      dates: { order: \(order) }
      columns:
        - { name: GTIN, type: gtin, required: true }
        - { name: V, attribute: product.v, \(column) }
      """
    return try SpecFile.read(Array(text.utf8), file: "x.yaml")
  }

  /// The rows as the whole file has them read, whatever they say of each other.
  private func rows(_ grid: [UInt8], _ spec: Spec) throws -> RowBatch {
    let readings = try readWhole(grid, spec: spec).scan.readings
    return try SpecParserTests.read(grid, parser: FeedParser(spec: spec, readings: readings)).rows
  }

  /// Each cell's value, or the code of what is wrong with it.
  private func read(
    _ cells: [String], _ column: String, delimiter: String = ",", order: String = "infer"
  ) throws -> [String] {
    let grid = "GTIN\(delimiter)V\n" + cells.map { "02345673\(delimiter)\"\($0)\"\n" }.joined()
    return try rows(Array(grid.utf8), spec(column, order: order)).map { row in
      guard let bytes = row.attributes else { return row.codes.joined(separator: " ") }
      let value = try JSONDocument(bytes).root[path: ["product", "v"]]
      return value?.string ?? value?.numberText ?? value?["currencyAmount"]?.numberText ?? "nothing"
    }
  }

  @Test func `thousands do not become fractions by an odd cell`() throws {
    for column in ["type: decimal", "type: money"] {
      let bad = column.contains("money") ? "invalid_money" : "invalid_number"
      let unknown = "decimal_mark_unknown"
      #expect(try read(["1,234", "1.5", "12,5"], column) == [unknown, column.contains("money") ? "1.50" : "1.5", bad])
      #expect(try read(["1,234", "12,5"], column) == [unknown, column.contains("money") ? "12.50" : "12.5"])
      #expect(try read(["1,234", "1,234,567", "12,5"], column).prefix(1) == [unknown])
      #expect(
        try read(["1,234", "12,5"], column, delimiter: ";") == ["1.234", column.contains("money") ? "12.50" : "12.5"])
      #expect(try read(["1.234", "12,5", "2.5"], column, delimiter: ";").prefix(1) == [unknown])
      #expect(try read(["1.234", "1.234.567"], column, delimiter: ";").first?.hasPrefix("1234") == true)
      #expect(try read(["7", "12,25"], column).last == "12.25")
      #expect(try read(["1,234", "1,234,567"], column).first?.hasPrefix("1234") == true)
    }
    // Of whole numbers 1,234 has no fraction.
    #expect(try read(["1,234", "12,5"], "type: integer") == ["1234", "invalid_number"])
  }

  @Test func `rows that are no data are no evidence`() throws {
    let grid =
      "Item Gtin,Shipnode ID,Unit Cost\n02345673,1,\"1,234\"\nTotal,,\"12,34\"\nItem Gtin,Shipnode ID,Unit Cost\n"
    let (rows, _, _) = try readWhole(Array(grid.utf8), spec: costSpec())
    #expect(try rows.map { try $0.entry()["unitCost"]?["currencyAmount"]?.numberText } == ["1234.00"])
  }

  @Test func `what contradicts is named`() throws {
    func issues(_ cells: String...) throws -> [String] {
      let grid = "GTIN,V\n" + cells.map { "02345673,\"\($0)\"\n" }.joined()
      return try rows(Array(grid.utf8), spec("type: money")).flatMap(\.issues).map(\.description)
    }
    let doubt = "Whether thousands end here or the fraction begins cannot be told"
    #expect(
      try issues("1,234", "0,125", "12,34") == ["\(doubt), though a comma stands before the fraction in row 3."])
    #expect(
      try issues("12,5", "1,234", "1,234,567", "1.500,10") == [
        "A comma stands before the fraction here, but cannot in row 4.",
        "\(doubt): the column does both; see rows 2 and 4.",
        "A comma stands before the fraction here, but cannot in row 4.",
      ])
  }

  @Test(arguments: [
    (["4-11-19", "4-21-19"], ["2019-04-11", "2019-04-21"]), (["4-11-19", "21-4-19"], ["2019-11-04", "2019-04-21"]),
    (["4-12-19", "12-13-19"], ["2019-04-12", "2019-12-13"]), (["4-11-19", "13-12-19"], ["2019-11-04", "2019-12-13"]),
    (["4-11-19", "5-6-19"], ["date_order_unknown", "date_order_unknown"]),
    (["5-5-19", "6-6-19"], ["2019-05-05", "2019-06-06"]),
    (["4-11-19", "21-4-19", "4-21-19"], ["date_order_mixed", "2019-04-21", "2019-04-21"]),
    // What is no date says nothing of dates.
    (["4-11-19", "555-1-2345"], ["date_order_unknown", "invalid_date"]),
    (["4-11-19", "45-04-2019"], ["date_order_unknown", "invalid_date"]),
    (["4-11-19", "31-4-2019"], ["date_order_unknown", "invalid_date"]),
    (["4-11-19", "21-4-19 at noon"], ["date_order_unknown", "date_with_time"]),
    (["4-11-19", "21-4-19 0:00"], ["2019-11-04", "2019-04-21"]),
  ]) func `the whole column decides about dates`(cells: [String], expected: [String]) throws {
    #expect(try read(cells, "type: date") == expected)
  }

  /// Cells of a column whose order is declared as month first, and of a second one.
  @Test(arguments: [
    (["4-11-19", "21-4-19"], ["date_order_contradicted", "invalid_date"]),
    (
      ["4-11-19", "21-4-19", "2019-04-11", "5-5-19", "Apr 2, 2019"],
      ["date_order_contradicted", "invalid_date", "2019-04-11", "2019-05-05", "2019-04-02"]
    ),
    // One slip says nothing against a column that keeps to the order elsewhere.
    (["4-11-19", "21-4-19", "4-21-19"], ["2019-04-11", "invalid_date", "2019-04-21"]),
    (["4-11-19", "5-6-19"], ["2019-04-11", "2019-05-06"]),
    (["4-11-19", "31-4-19"], ["2019-04-11", "invalid_date"]),
  ]) func `dates that contradict the declared order are not read by it`(cells: [String], expected: [String]) throws {
    #expect(try read(cells, "type: date", order: "month-first") == expected)
  }

  @Test func `a column without a sure date goes by the others`() throws {
    let grid = "Item Gtin,Node ID,Cost,Start Date,End Date\n02345673,1,1,4-11-19,\n02345673,2,1,,21-4-19\n"
    #expect(try readWhole(Array(grid.utf8), spec: costSpec()).rows[0].codes == ["date_order_contradicted"])
    let other = "\(grid)02345673,3,1,4-21-19,5-6-19\n"
    let (rows, notes, _) = try readWhole(Array(other.utf8), spec: costSpec())
    #expect(rows.map(\.codes) == [[], ["invalid_date"], ["date_order_contradicted"]])
    #expect(notes.map(\.code) == ["date_order_contradicted"] && notes[0].examples.map(\.line) == [3])
    let (swapped, swaps, _) = try readWhole(Array(grid.utf8), spec: costSpec())
    #expect(swapped[0].issues.first?.description.contains("row 3 has them in the other order, 21-4-19") == true)
    #expect(swaps.map(\.column) == ["End Date"] && swaps[0].field == "cost.shipnodes.endDate")
    #expect(swaps[0].examples.map(\.line) == [3] && swaps[0].examples.map(\.value) == ["21-4-19"])
  }

  @Test(arguments: [";", ","]) func `a comma among points is told`(delimiter: String) throws {
    let grid = "GTIN\(delimiter)V\n02345673\(delimiter)\"39,88\"\n02345673\(delimiter)39.88\n"
    let issues = try readWhole(Array(grid.utf8), spec: spec("type: money")).rows.flatMap(\.issues)
    #expect(issues.map(\.description) == ["A comma stands before the fraction here, but cannot in row 3."])
    #expect(issues.map(\.hint) == ["Write all of the column in one way, 39.88 or 39,88."])
  }

  @Test func `an amount of a thousand alone is in doubt where commas are the way`() throws {
    let unknown = "decimal_mark_unknown"
    #expect(try read(["1.234", "500"], "type: money", delimiter: ";") == [unknown, "500.00"])
    #expect(try read(["1,234", "500"], "type: money", delimiter: ";") == [unknown, "500.00"])
    #expect(try read(["1.234", "0.5"], "type: money", delimiter: ";") == ["1.234", "0.50"])
    #expect(try read(["1.234", "1,5"], "type: money", delimiter: ";") == ["1234.00", "1.50"])
    #expect(try read(["1.234", "500"], "type: decimal", delimiter: ";") == ["1.234", "500"])
    #expect(try read(["1,234", "500"], "type: decimal", delimiter: ";") == [unknown, "500"])
    #expect(try read(["1.234", "500"], "type: money", delimiter: "\t") == ["1.234", "500.00"])
    #expect(try read(["1.234", "500"], "type: money") == ["1.234", "500.00"])
  }

  @Test func `the order that was inferred is told, and what contradicts is named`() throws {
    let head = "GTIN,V\n02345673,4-11-19\n02345673,21-4-19\n"
    let notes = try readWhole(Array(head.utf8), spec: spec("type: date")).notes
    #expect(notes.map(\.code) == ["date_order_inferred"] && notes[0].column == "V")
    #expect(notes[0].examples.map(\.line) == [3] && notes[0].examples.map(\.value) == ["day first"])
    let rows = try readWhole(Array((head + "02345673,4-21-19\n").utf8), spec: spec("type: date")).rows
    let issue = try #require(rows[0].issues.first)
    #expect(issue.description.contains("rows 3 and 4") && !issue.hint.contains("spec"))
  }

  @Test func `defaults are read as the spec has them`() throws {
    let text = """
      spec: x
      currency: EUR
      columns:
        - { name: GTIN, type: gtin, required: true }
        - { name: W, type: decimal, required: true, default: "1.5", attribute: product.w }
        - { name: P, type: money, default: "1.234", attribute: product.p }
      """
    let grid = Array("GTIN;W;P\n02345673;39,88;2,5\n02345673;;\n".utf8)
    let rows = try rows(grid, SpecFile.read(Array(text.utf8), file: "x.yaml"))
    #expect(
      rows.last?.text == #"{"product":{"w":1.5,"p":{"currencyAmount":1.234,"currencyUnit":"EUR"}}}"#)
  }

  @Test(arguments: [10, 100_000]) func `a file that breaks off is read by what it said before`(size: Int) throws {
    let rows = "02345673,4-5-19\n" + String(repeating: "416000336108,\n", count: 200)
    let grid = Array("GTIN,V\n\(rows)062145556123,21-4-19\n02345673,\"open".utf8)
    let spec = try spec("type: date")
    var scan = FeedScan(spec: spec)
    let error = #expect(throws: FeedParserError.self) {
      while scan.needsPass {
        for start in stride(from: 0, to: grid.count, by: size) {
          try scan.feed(chunk: Array(grid[start..<min(start + size, grid.count)]))
        }
        while try scan.finish() {}
      }
    }
    #expect(error?.code == "unterminated_quote")
    let result = try scan.result()
    #expect(result.rows == 202 && result.failedRows == 0)
    var reading = FeedReading(spec: spec, scan: result)
    var batch = RowBatch()
    #expect(throws: FeedParserError.self) {
      try reading.feed(grid, into: &batch)
      while try reading.finish(into: &batch) {}
    }
    #expect(batch.first?.text == #"{"product":{"v":"2019-05-04"}}"#)
  }
}

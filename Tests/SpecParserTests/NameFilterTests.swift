import Testing

@testable import SpecParser

/// Looking for a header without making texts finds what a whole header finds.
@Suite struct NameFilterTests {
  private func check(_ grid: [UInt8], _ spec: Spec) throws -> Int {
    var reader = CSVReader(delimiter: UInt8(ascii: ","))
    var rows = GridRows()
    do {
      try reader.read(grid, into: &rows)
      _ = try reader.finish(into: &rows)
    } catch {
      // The rows before the place where the file breaks stand.
    }
    var best = 0
    for place in 0..<rows.count {
      let (fit, whole) = (FeedHeader.fit(rows[place], spec: spec), FeedHeader(rows[place], spec: spec).fit(spec))
      #expect(fit == whole, "\(spec.name), row \(rows[place].line)")
      best = max(best, fit.found)
    }
    return best
  }

  @Test func `rows of all fixtures fit as they did`() throws {
    let folder = fixtureRoot(HostileFixtureTests.folder)
    for name in ["cost", "item", "price"] {
      let spec = try #require(try ShippedSpecs.spec(named: name))
      var best = 0
      for file in try files(in: folder) where file.hasSuffix(".csv") {
        best = max(best, try check(try contents("\(folder)/\(file)"), spec))
      }
      #expect(best > (name == "cost" ? 2 : 0), "\(name)")
    }
  }

  @Test func `names are told whatever stands around their letters`() throws {
    let names = [
      "  ITEM_gtin* ", "Item\0Gtin", "\u{FEFF}Shipnode\u{A0}ID", "Unit Cost\u{301}", "#unit-cost#", "\u{10}unitcost",
      "Unit Cost ($)", "Unit Cost (EUR)", "Unit Cost %", "$ unit cost", "Unit Cost [required]", "Unit Cost (no unit)",
      "", "***", String(repeating: ".", count: 300) + "Unit Cost", "Unit Cost" + String(repeating: ".", count: 300),
      String(repeating: "x", count: 500), "Cost\u{12A}Start", "Unit Cost 2", "unit cost\u{7F}", "ＵＮＩＴ cost",
    ]
    let spec = try costSpec()
    for name in names { _ = try check(Array("Item Gtin,\"\(name)\",x\n".utf8), spec) }
    #expect(try check(Array("#item gtin#,\"  SHIPNODE\n_id \",Unit-Cost\n".utf8), spec) == 3)
    #expect(try check([0xFF, 0x2C] + Array("Item Gtin,1234,Unit Cost\n".utf8), spec) == 2)
  }
}

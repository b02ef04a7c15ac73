import ItemModel
import JSONCodec
import SpecParser
import Testing

@Suite struct HostileGridTests {
  /// Broken grids end in rows or in a typed error; what a row gives is always JSON that an item takes or refuses.
  @Test(.timeLimit(.minutes(1)), arguments: 0..<40) func anyBytes(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let original = try fixture("grids/cost-bad-cells.csv")
    let spec = try costSpec()
    for _ in 0..<20 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...20, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes[place] = UInt8.random(in: .min ... .max, using: &random)
        case 1: bytes.remove(at: place)
        default: bytes.insert(",\"\n\r;$é1-/(".utf8.randomElement(using: &random) ?? 0, at: place)
        }
      }
      _ = GridSniffer.check(bytes, spec: spec, isWhole: true)
      guard let rows = try? parse(bytes, spec: spec, size: Int.random(in: 1...500, using: &random)) else { continue }
      for row in rows {
        let hasError = row.issues.contains { $0.severity == .error }
        #expect(hasError == (row.attributes == nil))
        if let attributes = row.attributes { _ = try JSONDocument(attributes) }
      }
      for merged in RowMerger.merge(rows) {
        _ = try? Attributes.empty.merging(JSONDocument(merged.attributes).root)
      }
    }
  }

  @Test(.enabled(if: exists(fixtureRoot("../shared/grids/messytables")))) func tablesOfOthers() throws {
    let folder = fixtureRoot("../shared/grids/messytables")
    let spec = try costSpec()
    for name in try files(in: folder) {
      // None of them is a cost grid, whatever they are.
      let error = #expect(throws: FeedParserError.self, "\(name)") {
        try parse(contents("\(folder)/\(name)"), spec: spec, size: 4_096)
      }
      let codes: Set<String> =
        switch name.split(separator: ".").last {
        case "xlsx", "xlsm": ["no_sheet_fits", "no_header", "empty_file"]
        case "xls": ["old_xls"]
        case "html": ["not_a_grid"]
        case "zip": ["no_workbook"]
        default: ["no_header", "missing_columns", "empty_file"]
        }
      #expect(codes.contains(error?.code ?? "none"), "\(name): \(error?.code ?? "")")
    }
  }
}

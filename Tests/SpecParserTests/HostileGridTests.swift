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
}

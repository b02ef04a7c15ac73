import Testing

@testable import FeedIngestor

@Suite struct CarriedItemsTests {
  @Test func `the latest items are kept, and no more of them than their bytes allow`() throws {
    var carried = CarriedItems(limit: 20_000)
    let keys = try (1...100).map { try ApplyBench.key(UInt64($0)) }
    for (number, key) in keys.enumerated() {
      carried.add([(key, ItemState(gtin: String(number), timeline: 1, systemCount: 0))])
    }
    let kept = carried.states(of: keys)
    #expect((20...40).contains(kept.count))
    #expect(keys.suffix(20).map { kept[$0]?.gtin } == (80..<100).map { String($0) })
  }
}

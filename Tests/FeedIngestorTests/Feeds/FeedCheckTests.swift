import JSONCodec
import SpecParser
import Testing

@testable import FeedIngestor

@Suite struct FeedCheckTests {
  private let grid = """
    Item Gtin,Shipnode ID,Unit Cost,Cost Strat Date
    062145556123,1,10
    062145556123,2,oops
    062145556123,3,11
    012378912355,1,5
    012378912355,1,6

    """

  @Test(arguments: [7, 10_000]) func `the document leaves in pieces, and counts what stands in the end`(
    size: Int
  ) throws {
    let spec = try #require(try ShippedSpecs.spec(named: "cost"))
    let pieces = stride(from: 0, to: grid.utf8.count, by: size).map { Array(grid.utf8.dropFirst($0).prefix(size)) }
    var scan = FeedScan(spec: spec)
    for piece in pieces { try scan.feed(chunk: piece) }
    while try scan.finish() {}
    var check = FeedCheck(spec: spec, scan: try scan.result(), writesJSON: true)
    var (batch, json) = (RowBatch(), [UInt8]())
    for piece in pieces {
      try check.add(piece, into: &batch)
      json += check.takeJSON()
    }
    while try check.finish(into: &batch) { json += check.takeJSON() }
    json += check.takeJSON()
    #expect(check.takeJSON().isEmpty)
    json += check.takeLastJSON()

    let document = try JSONDocument(json).root
    #expect(document["items"]?.elements.map { $0["line"]?.int64 } == [2, 3, 4, 5, 6])
    #expect(
      document["items"]?.elements.map { $0["ingestionStatus"]?.string } == [
        "SUCCESS", "DATA_ERROR", "SUCCESS", "DATA_ERROR", "DATA_ERROR",
      ])
    #expect(document["feed"]?["itemsReceived"]?.int64 == 5)
    #expect(document["feed"]?["itemsFailed"]?.int64 == 3)
    #expect(document["feed"]?["distinctItems"]?.int64 == 1)
    // A column that is probably misspelled is more than a note.
    #expect(
      document["feed"]?["issues"]?.elements.first { $0["code"]?.string == "unknown_column" }?["severity"]?.string
        == "WARNING")
    #expect(document["feed"]?["feedStatus"]?.string == "PROCESSED")
  }
}

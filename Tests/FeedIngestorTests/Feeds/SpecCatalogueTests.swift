import SpecParser
import Testing

@testable import FeedIngestor

@Suite struct SpecCatalogueTests {
  @Test func `no grid of a spec that is retired or unknown is to come`() throws {
    let retired = """
      spec: stock
      version: 7
      retired: Send cost instead.
      columns:
        - { name: GTIN, type: gtin, required: true }
        - { name: Count, type: integer, attribute: product.count }
      """
    let specs = try SpecCatalogue(files: [("stock.yaml", Array(retired.utf8))])
    #expect(try specs.taking("cost").name == "cost")
    #expect(throws: FeedRefusal.unknownSpec("none", known: ["cost", "item", "price"])) { try specs.taking("none") }
    #expect(
      throws: FeedRefusal.unreadable(
        code: "spec_retired", what: "The spec stock@7 is not used any more.", hint: "Send cost instead.",
        isNoGrid: false)
    ) { try specs.taking("stock") }
  }
}

import ItemModel
import JSONCodec
import SystemsFile
import Testing

@Suite struct ReferenceFileTests {
  private let cost = #"{"currencyAmount":39.88,"currencyUnit":"USD"}"#

  @Test func logisticsSnippetOfTheFirstRow() throws {
    #expect(
      try referenceSystems().snippet("logistics", item(firstRow)) == """
        {"logistics":{"logisticsOffer":{"logisticsOfferId":{"gtin":"062145556123","offerId":"abcd123ghi5677",\
        "upc":"123890123","offerShipnodes":[{"shipnodeId":"1234589","shipNodeType":"DSV",\
        "unitCost":{"currencyAmount":39.88,"currencyUnit":"USD"}}]}}}}
        """)
  }

  @Test func otherSnippetsOfTheFirstRow() throws {
    let graph = try referenceSystems()
    let window = #""startDate":"2019-04-11","endDate":"2019-04-21""#
    #expect(
      try graph.snippet("pricing", item(firstRow)) == """
        {"pricing":{"gtin":"062145556123","offerId":"abcd123ghi5677","unitCosts":[{"shipnodeId":"1234589",\
        "unitCost":\(cost),\(window)}]}}
        """)
    #expect(
      try graph.snippet("supplier", item(firstRow)) == """
        {"supplier":{"gtin":"062145556123","shipnodes":[{"shipnodeId":"1234589","unitCost":\(cost),\(window)}]}}
        """)
    #expect(
      try graph.snippet("cost", item(firstRow)) == """
        {"cost":{"gtin":"062145556123","costs":[{"shipnodeId":"1234589","unitCost":\(cost),"othersMayChange":true,\
        \(window)}]}}
        """)
  }

  @Test func snippetsOfOtherGroups() throws {
    let graph = try referenceSystems()
    let priced = try item(#"{"pricing":{"price":{"currencyAmount":49.90,"currencyUnit":"USD"}}}"#)
    #expect(
      try graph.snippet("pricing", priced) == """
        {"pricing":{"gtin":"062145556123","offerId":"abcd123ghi5677",\
        "price":{"currencyAmount":49.90,"currencyUnit":"USD"}}}
        """)
    let sold = try item(#"{"seller":{"id":"s1","name":"Ada"},"product":{"title":"Lamp"}}"#)
    #expect(try graph.snippet("seller", sold) == #"{"seller":{"id":"s1","name":"Ada"}}"#)
    #expect(
      try graph.snippet("product", sold) == #"{"product":{"gtin":"062145556123","attributes":{"title":"Lamp"}}}"#)
  }

  @Test func wayToEachSystem() throws {
    let environment = ["PRICING_URL": "http://127.0.0.1:40001", "OFFER_URL": "http://127.0.0.1:40004"]
    let file = try SystemsFile.read(SystemsFile.reference, file: "systems.yaml", environment: environment)
    let graph = file.graph
    #expect(file.warnings.isEmpty)
    #expect(graph.systems.map(\.name).sorted() == ["cost", "logistics", "pricing", "product", "seller", "supplier"])
    let logistics = graph.systems[try #require(graph.index(of: "logistics"))]
    #expect(Set(logistics.after.map { graph.systems[$0].name }) == ["pricing", "seller"])
    let pricing = graph.systems[try #require(graph.index(of: "pricing"))]
    guard case .rest(let door) = pricing.transport, case .rest(let batched) = logistics.transport else {
      Issue.record("pricing and logistics are REST systems")
      return
    }
    #expect(door.url == "http://127.0.0.1:40001/snippets")
    #expect(door.timeout == .seconds(2) && door.concurrency == 64 && door.batch == nil)
    #expect(door.dataErrors == [400, 422])
    #expect(batched.batch == 50 && batched.url == "http://127.0.0.1:9003/snippets")
    let first = try item(firstRow)
    #expect(
      pricing.read?.url(for: first.key, gtin: first.gtin) == "http://127.0.0.1:40001/items/m/00062145556123")
    #expect(
      graph.lookups[0].url.url(for: first.key, gtin: first.gtin) == "http://127.0.0.1:40004/offers/m/00062145556123")
    #expect(graph.lookups[0].cache == .seconds(1_200) && graph.lookups[0].timeout == .seconds(1))
    let supplier = graph.systems[try #require(graph.index(of: "supplier"))]
    let cost = graph.systems[try #require(graph.index(of: "cost"))]
    #expect(supplier.acknowledges == .seconds(1_800) && cost.acknowledges == nil)
    guard case .kafka(let topic, _) = supplier.transport else {
      Issue.record("supplier is a Kafka system")
      return
    }
    #expect(topic == "supplier-snippets")
    #expect(graph.coChange.map(\.attribute.description) == ["seller.name"])
    #expect(graph.coChange.map(\.requires.description) == ["seller.id"])
  }

  @Test func whatTemplatesRead() throws {
    let graph = try referenceSystems()
    let pricing = graph.systems[try #require(graph.index(of: "pricing"))]
    #expect(pricing.template.reads.groups == [.cost, .pricing])
    #expect(pricing.template.lookups == [0])
    let seller = graph.systems[try #require(graph.index(of: "seller"))]
    #expect(seller.template.reads.groups == [.seller] && seller.template.lookups.isEmpty)
  }
}

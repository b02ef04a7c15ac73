import Crypto
import ItemModel
import JSONCodec
import Testing

@Suite struct MessageTests {
  private func laneMessage() throws -> LaneMessage {
    LaneMessage(
      setupID: "s-1", key: try #require(ItemKey(messageKey: Array("m/00062145556123".utf8))), gtin: "062145556123",
      version: 1_700_000_000_123_456, lane: .price, lease: 9, correlationID: "c \"1\"",
      since: Instant(microseconds: 77),
      systems: [("pricing", Digest(high: 1, low: 2)), ("logistics", Digest(high: 3, low: 4))],
      attributes: try Attributes(#"{"seller":{"id":"1"},"pricing":{"price":1.50}}"#))
  }

  @Test func laneMessagesComeBack() throws {
    let sent = try laneMessage()
    let read = try LaneMessage(sent.encode(groups: AttributeGroups(.pricing)))
    #expect(read.setupID == sent.setupID && read.key == sent.key && read.gtin == sent.gtin)
    #expect(read.version == sent.version && read.lane == .price && read.lease == 9)
    #expect(read.correlationID == sent.correlationID && read.since == sent.since)
    #expect(read.systems.map(\.name) == ["pricing", "logistics"])
    #expect(read.systems.map(\.digest) == sent.systems.map(\.digest))
    #expect(read.attributes.text == #"{"pricing":{"price":1.50}}"#)
  }

  @Test func outcomesComeBack() throws {
    let systems = [
      SystemOutcome(name: "pricing", result: .accepted, digest: Digest(high: 1, low: 2), status: 200),
      SystemOutcome(
        name: "logistics", result: .systemError, digest: Digest(high: 3, low: 4), status: 503, code: "busy",
        description: "later, \"please\"", retryAfter: .seconds(5)),
      SystemOutcome(name: "seller", result: .notAttempted, digest: Digest(high: 5, low: 6)),
    ]
    let sent = OutcomeMessage(of: try laneMessage(), at: Instant(microseconds: 1_700_000_000_000_001), systems: systems)
    let read = try OutcomeMessage(sent.encode())
    #expect(
      read.setupID == sent.setupID && read.key == sent.key && read.gtin == sent.gtin && read.version == sent.version)
    #expect(read.lane == sent.lane && read.lease == sent.lease && read.correlationID == sent.correlationID)
    #expect(read.at == sent.at)
    #expect(read.systems == systems)
    for result: SystemOutcome.Result in [.accepted, .sent, .superseded, .dataError, .systemError, .notAttempted] {
      let one = [SystemOutcome(name: "x", result: result, digest: Digest(high: 0, low: 0))]
      #expect(try OutcomeMessage(OutcomeMessage(of: laneMessage(), at: sent.at, systems: one).encode()).systems == one)
    }
  }

  @Test func correlationIDsAreMadeFitForHeaders() throws {
    func taken(_ id: String) throws -> String? {
      var writer = JSONWriter()
      writer.beginObject()
      writer.field("merchantId", "m")
      writer.field("gtin", "062145556123")
      writer.field("correlationId", id)
      writer.name("attributes")
      writer.raw(Array("{}".utf8))
      writer.endObject()
      return try ItemSetupMessage(writer.bytes).correlationID
    }
    #expect(try taken("order 7/b") == "order 7/b")
    #expect(try taken("a\r\nX-Lane: price") == "a__X-Lane: price")
    #expect(try taken("é") == "__")
    #expect(try taken(String(repeating: "x", count: 20_000)) == String(repeating: "x", count: 128))
    #expect(try taken("") == "")
  }

  @Test func shortWaitsAreNotLost() throws {
    let one = [
      SystemOutcome(name: "x", result: .systemError, digest: Digest(high: 0, low: 0), retryAfter: .milliseconds(300))
    ]
    let sent = OutcomeMessage(of: try laneMessage(), at: Instant(microseconds: 0), systems: one)
    #expect(try OutcomeMessage(sent.encode()).systems.first?.retryAfter == .seconds(1))
  }

  @Test func pricesComeBack() throws {
    let merchant = try #require(MerchantID("m"))
    let price = try Money(json(usd("39.880")))
    let bytes = PriceUpdateMessage.encode(
      updateID: "u", merchant: merchant, gtin: "062145556123", price: price, correlationID: "c",
      acceptedAt: Instant(microseconds: 0))
    let read = try PriceUpdateMessage(bytes)
    #expect(read.updateID == "u" && read.key.description == "m/00062145556123" && read.gtin == "062145556123")
    #expect(read.correlationID == "c")
    #expect(String(decoding: read.attributes.rawBytes, as: UTF8.self) == #"{"pricing":{"price":\#(usd("39.880"))}}"#)
  }

  @Test func changesAreRead() throws {
    let text = #"{"merchantId":"m","gtin":"062145556123","attributes":{"cost":{}},"later":1}"#
    let read = try ItemSetupMessage(Array(text.utf8))
    #expect(read.key.description == "m/00062145556123" && read.source == nil && read.correlationID == nil)
    #expect(String(decoding: read.attributes.rawBytes, as: UTF8.self) == #"{"cost":{}}"#)
  }

  @Test func acknowledgementsComeBack() throws {
    let id = "m/00062145556123/supplier/5"
    let bytes = AcknowledgementMessage.encode(
      deliveryID: id, correlationID: "c", system: "supplier", isAccepted: false, code: "x", description: "y")
    let read = try AcknowledgementMessage(bytes)
    #expect(read.delivery.description == id && !read.isAccepted && read.code == "x" && read.explanation == "y")
    let accepted = AcknowledgementMessage.encode(
      deliveryID: id, correlationID: "c", system: "supplier", isAccepted: true, code: nil, description: nil)
    #expect(try AcknowledgementMessage(accepted).isAccepted)
  }

  @Test(arguments: [
    "", "[]", "{}", #"{"merchantId":"m"}"#, #"{"merchantId":"m m","gtin":"062145556123","attributes":{}}"#,
    #"{"merchantId":"m","gtin":"62145556123","attributes":{}}"#,
    #"{"merchantId":"m","gtin":"062145556123","attributes":[]}"#,
    #"{"merchantId":"m","gtin":62145556123,"attributes":{}}"#,
    #"{"merchantId":"m","gtin":"062145556123","attributes":{}"#,
  ]) func unreadableMessages(_ text: String) {
    #expect(throws: MessageError.self) { try ItemSetupMessage(Array(text.utf8)) }
    #expect(throws: MessageError.self) { try PriceUpdateMessage(Array(text.utf8)) }
    #expect(throws: MessageError.self) { try LaneMessage(Array(text.utf8)) }
    #expect(throws: MessageError.self) { try OutcomeMessage(Array(text.utf8)) }
    #expect(throws: MessageError.self) { try AcknowledgementMessage(Array(text.utf8)) }
  }

  @Test func orderOfSystems() throws {
    #expect(try SystemOrder.sort(["c", "a", "b"], after: ["c": ["b"], "b": ["a"]]) == ["a", "b", "c"])
    #expect(try SystemOrder.sort(["x", "y"], after: [:]) == ["x", "y"])
    let cycle = #expect(throws: SystemCycle.self) {
      try SystemOrder.sort(["a", "b", "c"], after: ["a": ["b"], "b": ["c"], "c": ["b"]])
    }
    #expect(cycle?.names == ["b", "c", "b"])
  }
}

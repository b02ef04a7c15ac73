import HTTPCaller
import JSONCodec
import ReferenceSystems
import Testing

@Suite(.timeLimit(.minutes(5)))
struct OfferTests {
  private func configuration() -> ReferenceSystemsConfiguration {
    var configuration = ReferenceSystemsConfiguration()
    configuration.systems = [ReferenceSystem("offer", .offers(Offer.fixture, shipNodes: ["1234589", "4522312"]))]
    return configuration
  }

  @Test func `the seed grid's first item has the offer of the fixture`() async throws {
    try await withSystems(configuration()) { client in
      let answer = try await client.call("GET", "offer", "/offers/m1/00062145556123")
      #expect(
        answer.text
          == #"{"offerId":"abcd123ghi5677","upc":"123890123","shipNodeTypes":{"1234589":"DSV","4522312":"FC"}}"#)
    }
  }

  @Test func `any other item has an offer made from its GTIN`() async throws {
    try await withSystems(configuration()) { client in
      let answer = try await client.call("GET", "offer", "/offers/m.2/10012345678902").json
      #expect(answer["offerId"]?.string == "offer-10012345678902" && answer["upc"]?.string == "012345678902")
      #expect(answer["shipNodeTypes"]?["1234589"]?.string == "DSV")
      #expect(answer["shipNodeTypes"]?["4522312"]?.string == "FC")
      #expect(try await client.call("GET", "offer", "/offers/m1/123").status == 400)
      #expect(try await client.count("requests", of: "offer") == 2)
    }
  }

  @Test func `the look-up misbehaves on request`() async throws {
    try await withSystems(configuration()) { client in
      _ = try await client.behave("offer", #"{"kind":"fail","status":404,"times":1}"#)
      #expect(try await client.call("GET", "offer", "/offers/m1/00062145556123").status == 404)
      #expect(try await client.call("GET", "offer", "/offers/m1/00062145556123").status == 200)
      #expect(try await client.count("faults", of: "offer") == 1)
    }
  }
}

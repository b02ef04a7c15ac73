import HTTPCaller
import JSONCodec
import TestKit
import Testing
import TrialRun

extension WholeService {
  /// Prices, from the door to the systems.
  @Suite struct PriceTests {
    @Test("Prices reach pricing beside the costs; of an unknown item, pricing alone", arguments: KafkaKind.present)
    func prices(kind: KafkaKind) async throws {
      try await withStand(kind, { try $0.outlastStandstills() }) { stand in
        let grid = TrialGrid(items: 5, nodes: 2)
        try await stand.waitForFeed(try await stand.submit(grid.csv()))
        let before = try await stand.holdings(of: "logistics")

        #expect(try await stand.putPrice(TrialGrid.gtin(3), cents: 4_199) == 202)
        try await stand.waitFor(TrialExpectation(grid, prices: [3: 4_199]))
        try await expectLogisticsAfterPricing(stand, TrialGrid.gtin(3), than: before)

        let unknown = TrialGrid.gtin(900)
        #expect(try await stand.putPrice(unknown, cents: 250) == 202)
        try await eventually(within: patience, "pricing has the unknown item") {
          try await stand.holdings(of: "pricing")[unknown] != nil
        }
        let held = try #require(try await stand.holdings(of: "pricing")[unknown])
        #expect(
          try canonical(held.snippet)
            == canonical(
              """
              {"pricing":{"gtin":"\(unknown)","offerId":"offer-\(unknown)",\
              "price":{"currencyAmount":2.50,"currencyUnit":"USD"}}}
              """))
        // A price that comes later went through everywhere: whatever the unknown one had sent would be there.
        #expect(try await stand.putPrice(TrialGrid.gtin(4), cents: 777) == 202)
        try await stand.waitFor(TrialExpectation(grid, prices: [3: 4_199, 4: 777]))
        for system in ["supplier", "cost", "logistics"] {
          #expect(try await stand.holdings(of: system)[unknown] == nil, "\(system)")
        }
        // Costs did not change, so their owners were not called.
        #expect(try await stand.statistics(of: "cost")["deliveries"] == 5)
        #expect(try await stand.statistics(of: "supplier")["deliveries"] == 5)
        try await expectSound(stand, TrialExpectation(grid, prices: [3: 4_199, 4: 777]))
      }
    }

    private func expectLogisticsAfterPricing(
      _ stand: TrialStand, _ gtin: String, than before: [String: TrialStand.Holding]
    ) async throws {
      let old = try #require(before[gtin]).version
      try await eventually(within: patience, "logistics was called once more") {
        try await stand.holdings(of: "logistics")[gtin]?.version ?? 0 > old
      }
      let pricing = try #require(try await stand.holdings(of: "pricing")[gtin])
      let logistics = try #require(try await stand.holdings(of: "logistics")[gtin])
      #expect(logistics.version == pricing.version)
      #expect(logistics.acceptedAt > pricing.acceptedAt)
    }

    @Test("What is no price is refused with its mistake, and goes nowhere")
    func refused() async throws {
      try await withStand(.embedded) { stand in
        let good = TrialGrid.gtin(1)
        let money = #"{"price":{"currencyAmount":1,"currencyUnit":"USD"}}"#
        let cases: [(gtin: String, body: String, merchant: String?, status: Int, code: String)] = [
          ("12345", money, "acme", 400, "invalid_gtin"), (good, "{", "acme", 400, "bad_json"),
          (good, "{}", "acme", 422, "missing_price"), (good, money, nil, 400, "merchant_required"),
          (good, money, "a b", 400, "invalid_merchant"),
          (good, money.replacing(":1,", with: ":1.1234567,"), "acme", 422, "too_precise"),
          (good, money.replacing("USD", with: "usd"), "acme", 422, "invalid_currency"),
        ]
        for (gtin, body, merchant, status, code) in cases {
          let answer = try await stand.call("PUT", "/v1/prices/\(gtin)", body: Array(body.utf8), merchant: merchant)
          #expect(answer.status == status, "\(gtin) \(body)")
          #expect(answer.code == code, "\(gtin) \(body)")
        }
        // One that is right and comes last shows that the others have come to nothing.
        #expect(try await stand.putPrice(TrialGrid.gtin(2), cents: 100) == 202)
        try await eventually(within: patience, "the good price") {
          try await stand.holdings(of: "pricing")[TrialGrid.gtin(2)] != nil
        }
        #expect(try await stand.holdings(of: "pricing").count == 1)
      }
    }
  }
}

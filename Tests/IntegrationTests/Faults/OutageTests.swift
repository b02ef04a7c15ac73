import JSONCodec
import LocalServers
import TestKit
import Testing
import TrialRun

extension WholeService {
  /// What happens to feeds while systems are down, or misbehave.
  @Suite struct OutageTests {
    @Test(
      "Pricing is down and supplier answers late: cost is not held up, logistics waits, all arrives in the end",
      arguments: KafkaKind.present)
    func outage(kind: KafkaKind) async throws {
      let lease = Duration.seconds(5)
      let prepare = { (options: inout TrialStand.Options) in
        try options.outlastStandstills()
        options.settings["lease.timeout"] = "\(lease.components.seconds)s"
      }
      try await withStand(kind, prepare) { stand in
        let grid = TrialGrid(items: 150, nodes: 2)
        try await stand.setBehaviour(of: "pricing", #"{"kind":"fail","status":503}"#)
        try await stand.setBehaviour(of: "supplier", #"{"kind":"holdAck"}"#)
        let feed = try await stand.submit(grid.csv())
        try await eventually(within: patience, "cost has its part") {
          try await stand.status(of: feed)["systems"]?["cost"]?["delivered"]?.int64 == Int64(grid.items)
        }
        try await eventually(within: patience, "the supplier has its part") {
          try await stand.statistics(of: "supplier")["accepted"] == Int64(grid.items)
        }
        // What Kafka has taken is not delivered while nobody answers for the supplier, though it be for more than a lease.
        try await Task.sleep(for: lease * 2)
        let early = try await stand.status(of: feed)
        #expect(early["systems"]?["supplier"]?["pending"]?.int64 == Int64(grid.items))
        let waiting = try await stand.rows(of: feed, "INPROGRESS")
        #expect(waiting.count == grid.rows)
        for row in waiting {
          #expect(["PENDING", "SENT"].contains(row["systems"]?["supplier"]?["status"]?.string))
          #expect(row["systems"]?["cost"]?["status"]?.string == "DELIVERED")
        }
        try await stand.setBehaviour(of: "supplier", "[]")
        try await eventually(within: patience, "the supplier has answered, and the feed goes on") {
          try await stand.status(of: feed)["systems"]?["supplier"]?["delivered"]?.int64 == Int64(grid.items)
        }
        let during = try await stand.status(of: feed)
        #expect(during["completedAt"] == nil)
        #expect(during["itemsProcessing"]?.int64 == Int64(grid.rows))
        for system in ["pricing", "logistics"] {
          #expect(during["systems"]?[system]?["pending"]?.int64 == Int64(grid.items), "\(system)")
          #expect(try await stand.holdings(of: system).isEmpty, "\(system)")
        }
        #expect(try await stand.statistics(of: "pricing")["faults"] ?? 0 > 0)

        try await stand.setBehaviour(of: "pricing", "[]")
        let status = try await stand.waitForFeed(feed)
        #expect(status["itemsSucceeded"]?.int64 == Int64(grid.rows))
        try await expectSound(stand, TrialExpectation(grid))
        try await expectOrder(stand)
        // A late answer is no reason to send again.
        for system in ["supplier", "cost"] {
          let statistics = try await stand.statistics(of: system)
          #expect(statistics["deliveries"] == Int64(grid.items), "\(system): \(statistics)")
        }
      }
    }

    /// Each item's logistics after its pricing, and its cost before it.
    private func expectOrder(_ stand: TrialStand) async throws {
      let pricing = try await stand.holdings(of: "pricing")
      let cost = try await stand.holdings(of: "cost")
      for (gtin, logistics) in try await stand.holdings(of: "logistics") {
        let price = try #require(pricing[gtin])
        #expect(logistics.acceptedAt > price.acceptedAt, "\(gtin)")
        #expect(try #require(cost[gtin]).acceptedAt < price.acceptedAt, "\(gtin)")
      }
    }

    /// The failed rows are in the command's table.
    private func expectTold(_ stand: TrialStand, _ feed: String) async throws {
      let environment: [String: String?] = [
        "HYPERLOOP_URL": "http://127.0.0.1:\(stand.port)", "HYPERLOOP_KEY": stand.key, "HYPERLOOP_MERCHANT": "acme",
      ]
      let (exit, output) = try await CommandTests.run(["feed", "errors", feed], environment: environment)
      #expect(exit == .code(0), "\(output)")
      #expect(output.split(separator: "\n").filter { $0.contains("margin_too_low") }.count == 2, "\(output)")
    }

    @Test("Systems that hang, cut, fail after the work and lie: all is right in the end", arguments: KafkaKind.present)
    func misbehaviour(kind: KafkaKind) async throws {
      try await withStand(kind) { stand in
        let grid = TrialGrid(items: 150, nodes: 3)
        // In parts, or the circuits would open for long; each is drawn until it has struck so often.
        try await stand.setBehaviour(
          of: "pricing",
          """
          [{"kind":"hang","share":0.04,"processed":true,"times":3},{"kind":"drop","share":0.08,"times":6},\
          {"kind":"conflict","share":0.08,"times":6},{"kind":"fail","status":502,"processed":true,"share":0.08,"times":6},\
          {"kind":"fail","status":429,"retryAfter":1,"share":0.04,"times":3}]
          """)
        try await stand.setBehaviour(
          of: "logistics",
          """
          [{"kind":"short","share":0.5,"times":1},{"kind":"long","share":0.5,"times":1},\
          {"kind":"empty","share":0.5,"times":1},{"kind":"invalid","share":0.5,"times":1},\
          {"kind":"drop","share":0.5,"times":1},\
          {"kind":"fail","status":503,"perEntry":true,"share":0.1,"times":10}]
          """)
        try await stand.setBehaviour(
          of: "supplier", #"[{"kind":"ackTwice","share":0.5},{"kind":"ackUnknown","share":0.5}]"#)
        let feed = try await stand.submit(grid.csv())
        let status = try await stand.waitForFeed(feed)
        #expect(status["itemsSucceeded"]?.int64 == Int64(grid.rows))
        try await expectSound(stand, TrialExpectation(grid))
        // Most rules did strike.
        #expect(try await stand.statistics(of: "pricing")["faults"] ?? 0 >= 12)
        #expect(try await stand.statistics(of: "logistics")["faults"] ?? 0 >= 5)
      }
    }

    @Test(
      "A system's data error ends that item's rows alone; who comes after it is blocked", arguments: KafkaKind.present)
    func dataError(kind: KafkaKind) async throws {
      try await withStand(kind, { try $0.outlastStandstills() }) { stand in
        let grid = TrialGrid(items: 30, nodes: 2)
        try await stand.setBehaviour(
          of: "pricing", #"{"kind":"fail","status":422,"code":"margin_too_low","times":1}"#)
        let feed = try await stand.submit(grid.csv())
        let status = try await stand.waitForFeed(feed)
        #expect(status["feedStatus"]?.string == "PROCESSED")
        #expect(status["itemsFailed"]?.int64 == 2)
        #expect(status["itemsSucceeded"]?.int64 == Int64(grid.rows - 2))
        #expect(status["systems"]?["pricing"]?["failed"]?.int64 == 1)
        #expect(status["systems"]?["pricing"]?["delivered"]?.int64 == 29)
        #expect(status["systems"]?["logistics"]?["delivered"]?.int64 == 29)
        #expect(status["systems"]?["cost"]?["delivered"]?.int64 == 30)

        let rows = try await stand.rows(of: feed, "DATA_ERROR")
        #expect(rows.count == 2)
        #expect(try await stand.rows(of: feed, "SUCCESS").count == grid.rows - 2)
        for row in rows {
          let error = try #require(row["ingestionErrors"]?["ingestionError"]?.elements.map { $0 }.last)
          #expect(error["type"]?.string == "ERROR")
          #expect(error["code"]?.string == "margin_too_low")
          #expect(error["field"]?.string == "pricing")
          #expect(error["description"]?.string?.isEmpty == false)
          #expect(error["hint"]?.string?.isEmpty == false)
          #expect(row["systems"]?["pricing"]?["status"]?.string == "FAILED")
          #expect(row["systems"]?["pricing"]?["code"]?.string == "margin_too_low")
          #expect(row["systems"]?["logistics"]?["status"]?.string == "BLOCKED")
          #expect(row["systems"]?["cost"]?["status"]?.string == "DELIVERED")
          #expect(row["systems"]?["supplier"]?["status"]?.string == "DELIVERED")
        }
        try await expectRows(stand, of: status, are: grid.rows)
        try await expectTold(stand, feed)
        // Nothing of the failed item went past the failure, and nothing was tried again.
        let gtin = try #require(rows.first?["gtin"]?.string)
        #expect(try await stand.holdings(of: "logistics")[gtin] == nil)
        #expect(try await stand.statistics(of: "pricing")["deliveries"] == 30)
        #expect(try await stand.statistics(of: "logistics")["accepted"] == 29)
      }
    }
  }
}

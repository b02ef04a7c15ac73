import HTTPCaller
import JSONCodec
import LocalServers
import TestKit
import Testing
import TrialRun

extension WholeService {
  /// The service as several processes on one database and one Kafka.
  @Suite struct ProcessTests {
    /// What stands in the way of a feed, and what does not, while some of the service's parts are not there.
    @Test("Four processes with a part each: each does its own alone, all have probes, and end with 0")
    func roles() async throws {
      try await withStand(.embedded, { $0.settings["roles"] = "api" }) { stand in
        let grid = TrialGrid(items: 30, nodes: 2)
        let feed = try await stand.submit(grid.csv())
        // Together, since each waits for its groups.
        async let ingesting = stand.startPeer(["roles": "ingest"])
        async let pricing = stand.startPeer(["roles": "orchestrate", "lanes": "price"])
        let first = [try await ingesting, try await pricing]

        #expect(try await stand.putPrice(TrialGrid.gtin(500), cents: 4_321) == 202)
        try await eventually(within: patience, "the price is with pricing") {
          let held = try await stand.holdings(of: "pricing")[TrialGrid.gtin(500)]
          return held?.snippet["pricing"]?["price"]?["currencyAmount"]?.numberText == "43.21"
        }
        try await eventually(within: patience, "the feed's rows are applied") {
          try await stand.status(of: feed)["itemsReceived"]?.int64 == Int64(grid.rows)
        }
        // Nobody works in the feed's lane.
        #expect(try await stand.status(of: feed)["itemsProcessing"]?.int64 == Int64(grid.rows))
        #expect(try await stand.holdings(of: "pricing").count == 1)
        #expect(try await stand.holdings(of: "cost").isEmpty)

        let rest = try await stand.startPeer(["roles": "orchestrate", "lanes": "setup,bulk"])
        let status = try await stand.waitForFeed(feed)
        #expect(status["itemsSucceeded"]?.int64 == Int64(grid.rows))
        try await expectSound(stand, TrialExpectation(grid))
        for peer in first + [rest] {
          for probe in ["/healthz", "/readyz", "/metrics"] {
            #expect(try await stand.call("GET", probe, of: peer).status == 200, "\(probe)")
          }
          #expect(try await stand.call("GET", "/v1/feeds", of: peer, merchant: "acme").status == 404)
          #expect(await peer.process.stop(grace: patience) == .code(0))
        }
      }
    }

    @Test("Two processes share the load; one is killed in mid-feed, and the other does the rest")
    func sideBySide() async throws {
      try await withStand(.embedded) { stand in
        let peer = try await stand.startPeer()
        // Each has lanes of its own once it delivers; when that is, the groups decide.
        var delivered = (own: 0.0, peer: 0.0)
        var before = TrialGrid(items: 40, nodes: 1, first: 1_000)
        try await eventually(within: patience, "both processes deliver") {
          before.seed += 1
          try await stand.waitForFeed(try await stand.submit(before.csv()))
          delivered = (deliveries(try await stand.call("GET", "/metrics")), try await deliveries(of: peer, stand))
          return delivered.own > 0 && delivered.peer > 0
        }
        let (one, two) = (TrialGrid(items: 300, nodes: 2), TrialGrid(items: 300, nodes: 2, first: 10_000))
        try await stand.keepFromEnding(two)
        let first = try await stand.submit(one.csv())
        let answer = try await stand.call(
          "POST", "/v1/feeds?spec=cost", of: peer, body: two.csv(), merchant: "acme")
        let second = try #require(try JSONDocument(answer.body).root["feedId"]?.string)
        try await eventually(within: patience, "the peer works on them") {
          try await deliveries(of: peer, stand) > delivered.peer
        }
        try await stand.waitForPart(1, of: second)
        await peer.process.kill()
        try await stand.letEnd()
        for (feed, grid) in [(first, one), (second, two)] {
          let status = try await stand.waitForFeed(feed)
          #expect(status["itemsSucceeded"]?.int64 == Int64(grid.rows))
          try await expectRows(stand, of: status, are: grid.rows)
        }
        try await expectSound(stand, TrialExpectation(one), TrialExpectation(two))
      }
    }

    private func deliveries(of peer: TrialStand.Peer, _ stand: TrialStand) async throws -> Double {
      deliveries(try await stand.call("GET", "/metrics", of: peer))
    }

    /// The sum of a process's deliveries, over all systems.
    private func deliveries(_ metrics: HTTPResponse) -> Double {
      String(decoding: metrics.body, as: UTF8.self).split(separator: "\n")
        .filter { $0.hasPrefix("hyperloop_deliveries_total{") }
        .compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }.reduce(0, +)
    }
  }
}

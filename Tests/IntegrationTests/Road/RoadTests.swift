import HTTPCaller
import JSONCodec
import TestKit
import Testing
import TrialRun

extension WholeService {
  /// A merchant's grid on its way through the whole service, by its public doors.
  @Suite struct RoadTests {
    @Test("The grid of two rows: four systems hold their snippets, value for value", arguments: KafkaKind.present)
    func fixture(kind: KafkaKind) async throws {
      try await withStand(kind) { stand in
        let status = try await stand.waitForFeed(try await stand.submit(try Built.fixture("grids/cost.csv")))
        #expect(status["feedStatus"]?.string == "PROCESSED")
        #expect(status["itemsSucceeded"]?.int64 == 2)
        #expect(status["distinctItems"]?.int64 == 2)
        let issue = status["issues"]?.elements.first { $0["code"]?.string == "gtin_check_digit" }
        #expect(issue?["severity"]?.string == "WARNING")
        #expect(issue?["count"]?.int64 == 2)
        for system in TrialExpectation.systems {
          #expect(try await stand.holdings(of: system).count == 2, "\(system)")
          #expect(status["systems"]?[system]?["delivered"]?.int64 == 2, "\(system)")
        }
        for (system, gtin, snippet) in FixtureSnippets.all {
          let held = try #require(try await stand.holdings(of: system)[gtin], "\(system), \(gtin)")
          #expect(try canonical(snippet) == canonical(held.snippet), "\(system), \(gtin)")
        }
      }
    }

    @Test(
      "The same grid again sends nothing; one changed cost calls just who needs it, for that item",
      arguments: KafkaKind.present)
    func again(kind: KafkaKind) async throws {
      try await withStand(kind, { try $0.outlastStandstills() }) { stand in
        let grid = TrialGrid(items: 40, nodes: 3)
        let first = try await stand.waitForFeed(try await stand.submit(grid.csv()))
        #expect(try await stand.differences(from: TrialExpectation(grid)).isEmpty)
        try await expectRows(stand, of: first, are: grid.rows)
        let before = try await deliveries(stand)
        #expect(before == ["pricing": 40, "supplier": 40, "cost": 40, "logistics": 40])

        let same = try await stand.waitForFeed(try await stand.submit(grid.csv()))
        #expect(try await deliveries(stand) == before)
        #expect(same["sendsAvoided"]?.int64 == 160)
        #expect(same["systems"]?["pricing"]?["avoided"]?.int64 == 40)

        var text = String(decoding: grid.csv(), as: UTF8.self)
        let old = "\(TrialGrid.gtin(7)),\(grid.shipNodes(of: 7)[1]),$\(TrialGrid.dollars(grid.cost(7, 1)))"
        text = text.replacing(old, with: "\(TrialGrid.gtin(7)),\(grid.shipNodes(of: 7)[1]),$77.77")
        try await stand.waitForFeed(try await stand.submit(Array(text.utf8)))
        #expect(try await deliveries(stand) == before.mapValues { $0 + 1 })
        let held = try await stand.holdings(of: "logistics")
        #expect(try #require(held[TrialGrid.gtin(7)]).snippet.rawBytes.contains("77.77".utf8))
      }
    }

    @Test("Every bad cell of a row is reported; the good rows are not held up")
    func badCells() async throws {
      try await withStand(.embedded) { stand in
        let feed = try await stand.submit(try Built.fixture("grids/cost-bad-cells.csv"))
        let status = try await stand.waitForFeed(feed)
        #expect(status["feedStatus"]?.string == "PROCESSED")
        #expect(status["itemsReceived"]?.int64 == 10)
        #expect(status["itemsFailed"]?.int64 == 8)
        #expect(status["itemsSucceeded"]?.int64 == 2)
        try await expectRows(stand, of: status, are: 10)
        for system in TrialExpectation.systems {
          let held = try await stand.holdings(of: system)
          #expect(Set(held.keys) == ["00000002345673", "00363824587165"], "\(system)")
          #expect(status["systems"]?[system]?["delivered"]?.int64 == 2, "\(system)")
        }
        let answer = try await stand.call(
          "GET", "/v1/feeds/\(feed)/items?status=DATA_ERROR&limit=100", merchant: "acme")
        let items = try #require(try JSONDocument(answer.body).root["items"])
        #expect(items.count == 8)
        let row = try #require(items.elements.first { $0["line"]?.int64 == 6 })
        let errors = try #require(row["ingestionErrors"]?["ingestionError"]).elements.map { $0 }
        #expect(
          errors.map { $0["code"]?.string } == ["invalid_money", "invalid_boolean", "invalid_date", "date_serial"])
        for error in errors {
          #expect(error["field"]?.string?.isEmpty == false)
          #expect(error["value"]?.string?.isEmpty == false)
          #expect(error["hint"]?.string?.isEmpty == false)
          #expect(error["type"]?.string == "ERROR")
        }
        try await expectCounts(stand, feed, status)
      }
    }

    /// The issues' counts are those of all rows together.
    private func expectCounts(_ stand: TrialStand, _ feed: String, _ status: JSONValue) async throws {
      let answer = try await stand.call("GET", "/v1/feeds/\(feed)/items?limit=100", merchant: "acme")
      var counts: [String: Int64] = [:]
      for row in try #require(try JSONDocument(answer.body).root["items"]).elements {
        for issue in row["ingestionErrors"]?["ingestionError"]?.elements.map({ $0 }) ?? [] {
          counts["\(issue["type"]?.string ?? "") \(issue["code"]?.string ?? "")", default: 0] += 1
        }
      }
      var told: [String: Int64] = [:]
      for issue in try #require(status["issues"]).elements {
        told["\(issue["severity"]?.string ?? "") \(issue["code"]?.string ?? "")"] = issue["count"]?.int64
      }
      // What was normalised is told of the columns, not of each row.
      counts["NOTE placeholder"] = 1
      counts["NOTE normalised_number"] = 1
      #expect(told == counts)
      #expect(counts.count > 5)
    }

    private func deliveries(_ stand: TrialStand) async throws -> [String: Int64] {
      var counts: [String: Int64] = [:]
      for system in TrialExpectation.systems { counts[system] = try await stand.statistics(of: system)["deliveries"] }
      return counts
    }
  }
}

func canonical(_ text: String) throws -> [UInt8] { try canonical(JSONDocument(text).root) }

func canonical(_ value: JSONValue) throws -> [UInt8] {
  var bytes: [UInt8] = []
  value.appendCanonical(to: &bytes)
  return bytes
}

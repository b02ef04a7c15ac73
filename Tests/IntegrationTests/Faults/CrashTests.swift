import JSONCodec
import LocalServers
import TestKit
import Testing
import TrialRun

extension WholeService {
  /// What happens to feeds and prices when processes end in mid-work.
  @Suite(.timeLimit(.minutes(10)))
  struct CrashTests {
    @Test(
      "Three times kill -9 in the middle of a feed: it completes by itself, and is right", arguments: KafkaKind.present)
    func killed(kind: KafkaKind) async throws {
      try await withStand(kind) { stand in
        let grid = TrialGrid(items: 1_500, nodes: 3)
        let feed = try await stand.submit(grid.csv())
        for share in [10, 40, 70] as [Int64] {
          try await eventually(within: .seconds(60)) {
            let status = try await stand.status(of: feed)
            let done = (status["itemsReceived"]?.int64 ?? 0) - (status["itemsProcessing"]?.int64 ?? 0)
            return done * 100 >= Int64(grid.rows) * share || status["completedAt"] != nil
          }
          await stand.killService()
          try await stand.startService()
        }
        let status = try await stand.waitForFeed(feed, within: .seconds(180))
        #expect(status["feedStatus"]?.string == "PROCESSED")
        #expect(status["itemsSucceeded"]?.int64 == Int64(grid.rows))
        #expect(try await stand.differences(from: TrialExpectation(grid)).isEmpty)
        for system in TrialExpectation.systems {
          #expect(try await stand.statistics(of: system)["violations"] == 0, "\(system)")
        }
      }
    }

    @Test("SIGTERM finishes what is in flight and ends with 0; a restart repeats nothing", arguments: KafkaKind.present)
    func terminated(kind: KafkaKind) async throws {
      try await withStand(kind) { stand in
        let grid = TrialGrid(items: 800, nodes: 2)
        let feed = try await stand.submit(grid.csv())
        try await eventually(within: .seconds(60)) {
          (try await stand.status(of: feed)["itemsSucceeded"]?.int64 ?? 0) > 100
        }
        #expect(await stand.stopService() == .code(0))
        try await stand.startService()
        try await stand.waitForFeed(feed, within: .seconds(120))
        #expect(try await stand.differences(from: TrialExpectation(grid)).isEmpty)
        for system in TrialExpectation.systems {
          #expect(try await stand.statistics(of: system)["repeated"] == 0, "\(system)")
          #expect(try await stand.statistics(of: system)["deliveries"] == 800, "\(system)")
        }
      }
    }
  }
}

import JSONCodec
import LocalServers
import TestKit
import Testing
import TrialRun

extension WholeService {
  /// What happens to feeds and prices when processes end in mid-work.
  @Suite struct CrashTests {
    @Test(
      "Three times kill -9 in the middle of a feed: it completes by itself, and is right", arguments: KafkaKind.present)
    func killed(kind: KafkaKind) async throws {
      try await withStand(kind) { stand in
        let grid = TrialGrid(items: 1_500, nodes: 3)
        try await stand.keepFromEnding(grid)
        let feed = try await stand.submit(grid.csv())
        for percent in [10, 40, 70] as [Int64] {
          try await stand.waitForPart(percent, of: feed)
          await stand.killService()
          try await stand.startService()
        }
        try await stand.letEnd()
        let status = try await stand.waitForFeed(feed)
        #expect(status["feedStatus"]?.string == "PROCESSED")
        #expect(status["itemsSucceeded"]?.int64 == Int64(grid.rows))
        try await expectRows(stand, of: status, are: grid.rows)
        #expect(try await stand.differences(from: TrialExpectation(grid)).isEmpty)
        for system in TrialExpectation.systems {
          #expect(try await stand.statistics(of: system)["violations"] == 0, "\(system)")
        }
      }
    }

    @Test("SIGTERM finishes what is in flight and ends with 0; a restart repeats nothing", arguments: KafkaKind.present)
    func terminated(kind: KafkaKind) async throws {
      try await withStand(kind, { try $0.outlastStandstills() }) { stand in
        let grid = TrialGrid(items: 800, nodes: 2)
        try await stand.keepFromEnding(grid)
        let feed = try await stand.submit(grid.csv())
        try await stand.waitForPart(10, of: feed)
        #expect(await stand.stopService() == .code(0))
        try await stand.letEnd()
        try await stand.startService()
        try await stand.waitForFeed(feed)
        #expect(try await stand.differences(from: TrialExpectation(grid)).isEmpty)
        for system in TrialExpectation.systems {
          let statistics = try await stand.statistics(of: system)
          #expect(statistics["repeated"] == 0, "\(system): \(statistics)")
          #expect(statistics["deliveries"] == Int64(grid.items), "\(system): \(statistics)")
        }
      }
    }
  }
}

import HTTPCaller
import JSONCodec
import LocalServers
import TestKit
import Testing
import TrialRun

extension WholeService {
  /// A database that loses its last commits, or comes back otherwise than it went.
  @Suite struct RestoreTests {
    @Test(
      "A database that lost its last commits under a running service: the topics fill it again",
      arguments: KafkaKind.present)
    func restored(kind: KafkaKind) async throws {
      try await withStand(kind) { stand in
        let grid = TrialGrid(items: 40, nodes: 2)
        try await stand.waitForFeed(try await stand.submit(grid.csv()))
        try await snapshot(stand)

        // What comes after the snapshot by topics has to survive its restore: changes of the first twenty, ten new
        // items, prices of five.
        let changed = TrialGrid(items: 20, nodes: 2, seed: 2)
        let added = TrialGrid(items: 10, nodes: 2, seed: 2, first: 40)
        let prices = Dictionary(uniqueKeysWithValues: (10..<15).map { ($0, 1_000 + $0) })
        for part in [changed, added] {
          try await stand.produce(
            (part.first..<part.first + part.items).map { SetupRecord(grid: part, item: $0).record })
        }
        for (item, cents) in prices { #expect(try await stand.putPrice(TrialGrid.gtin(item), cents: cents) == 202) }
        let topics = [TrialExpectation(changed, prices: prices), TrialExpectation(added)]
        for expectation in topics { try await stand.waitFor(expectation) }
        // A feed that comes after the snapshot is lost with the database; the systems hold what it brought.
        let lost = TrialGrid(items: 10, nodes: 2, seed: 3, first: 20)
        let lostFeed = try await stand.submit(lost.csv())
        try await stand.waitForFeed(lostFeed)
        try await stand.waitFor(TrialExpectation(lost))

        try await restore(stand)
        // The systems go back to what the database says: the last twenty are as they were.
        let kept = TrialGrid(items: 20, nodes: 2, first: 20)
        for expectation in topics + [TrialExpectation(kept)] { try await stand.waitFor(expectation) }
        #expect(try await stand.call("GET", "/v1/feeds/\(lostFeed)", merchant: "acme").status == 404)
        try await expectVersions(stand)
        // And it goes on: a price after the restore.
        #expect(try await stand.putPrice(TrialGrid.gtin(30), cents: 555) == 202)
        try await stand.waitFor(TrialExpectation(kept, prices: [30: 555]))
        for expectation in topics { try await expectSound(stand, expectation) }
      }
    }

    private func snapshot(_ stand: TrialStand) async throws {
      #expect(await stand.stopService() == .code(0))
      await stand.postgres.stop()
      try await stand.postgres.snapshot(to: stand.options.directory + "/snapshot")
      try await stand.postgres.start()
      try await stand.startService()
    }

    private func restore(_ stand: TrialStand) async throws {
      await stand.postgres.kill9()
      try await stand.postgres.restore(from: stand.options.directory + "/snapshot")
      try await stand.postgres.restart(.immediate)
    }

    /// No system holds a version that the database does not know of.
    private func expectVersions(_ stand: TrialStand) async throws {
      let text = try await stand.postgres.query("SELECT lpad(gtin::text, 14, '0') || ' ' || version FROM item")
      var versions: [String: Int64] = [:]
      for line in text.split(separator: "\n") {
        let parts = line.split(separator: " ")
        versions[String(parts[0])] = Int64(parts[1])
      }
      for system in TrialExpectation.systems {
        for (gtin, held) in try await stand.holdings(of: system) {
          #expect(versions[gtin] ?? 0 >= held.version, "\(system), \(gtin)")
        }
      }
    }

    @Test("A stored position beyond the log's end stops the start, with a message", arguments: KafkaKind.present)
    func beyondLog(kind: KafkaKind) async throws {
      try await withStand(kind) { stand in
        try await stand.waitForFeed(try await stand.submit(TrialGrid(items: 5, nodes: 1).csv()))
        #expect(await stand.stopService() == .code(0))
        let changed = try await stand.postgres.query(
          "UPDATE position SET next = next + 1000000 WHERE topic = 'item-outcomes' RETURNING partition")
        #expect(!changed.isEmpty)
        // It may open its door before it has its partitions.
        try? await stand.startService()
        try await eventually(within: patience, "the service has ended") { !stand.isServiceRunning }
        #expect(await stand.stopService() == .code(1))
        let log = try text(of: stand.serviceLog)
        #expect(log.contains("item-outcomes/"))
        #expect(log.contains("up to offset 100"))
        #expect(log.contains("but the topic ends at"))
      }
    }
  }
}

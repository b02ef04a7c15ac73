import Glibc
import HTTPCaller
import JSONCodec
import LocalServers
import TestKit
import Testing
import TrialRun

extension WholeService {
  /// The servers beneath go away in mid-feed, and come back.
  @Suite struct ServerTests {
    private let grid = TrialGrid(items: 900, nodes: 2)

    @Test("PostgreSQL is killed twice in mid-feed: nothing is lost", arguments: KafkaKind.present)
    func postgres(kind: KafkaKind) async throws {
      try await withStand(kind) { stand in
        try await stand.keepFromEnding(grid)
        let feed = try await stand.submit(grid.csv())
        for percent in [10, 50] as [Int64] {
          try await stand.waitForPart(percent, of: feed)
          await stand.postgres.kill9()
          try await stand.postgres.restart(.immediate)
        }
        try await expectCompletion(stand, feed)
      }
    }

    @Test("Redis is killed in mid-feed and stays away: nothing is held up")
    func redis() async throws {
      try await withStand(.embedded) { stand in
        try await stand.keepFromEnding(grid)
        let feed = try await stand.submit(grid.csv())
        try await stand.waitForPart(10, of: feed)
        await stand.redis.kill9()
        try await expectCompletion(stand, feed)
      }
    }

    @Test("Redis hangs in mid-feed: nothing is held up")
    func redisHangs() async throws {
      try await withStand(.embedded) { stand in
        try await stand.keepFromEnding(grid)
        let feed = try await stand.submit(grid.csv())
        try await stand.waitForPart(10, of: feed)
        await stand.redis.pause()
        try await expectCompletion(stand, feed)
        await stand.redis.resume()
      }
    }

    @Test("Kafka is away for a while in mid-feed: nothing is lost", arguments: KafkaKind.present)
    func kafka(kind: KafkaKind) async throws {
      try await withStand(kind) { stand in
        try await stand.keepFromEnding(grid)
        let feed = try await stand.submit(grid.csv())
        try await stand.waitForPart(10, of: feed)
        if let broker = stand.realKafka {
          try await broker.kill9()
          try await broker.resume()
        } else {
          // The embedded cluster would forget everything: it is held up as a hanging machine would be.
          let process = try #require(stand.kafkaProcess)
          #expect(kill(process, SIGSTOP) == 0)
          try await eventually(within: patience, "the service notices") {
            try await stand.request("GET", "http://127.0.0.1:\(stand.port)/readyz").status == 503
          }
          #expect(kill(process, SIGCONT) == 0)
        }
        try await expectCompletion(stand, feed)
      }
    }

    private func expectCompletion(_ stand: TrialStand, _ feed: String) async throws {
      try await stand.letEnd()
      let status = try await stand.waitForFeed(feed)
      #expect(status["feedStatus"]?.string == "PROCESSED")
      #expect(status["itemsSucceeded"]?.int64 == Int64(grid.rows))
      try await expectSound(stand, TrialExpectation(grid))
      #expect(stand.isServiceRunning)
    }
  }
}

import Foundation
import HTTPCaller
import JSONCodec
import LocalServers
import TestKit
import Testing
import TrialRun

extension WholeService {
  /// Prices while the service dies.
  @Suite struct PriceCrashTests {
    /// How many prices go through; `TEST_PRICES` asks for more.
    private static let count = ProcessInfo.processInfo.environment["TEST_PRICES"].flatMap { Int($0) } ?? 50_000
    private static let connections = 64
    private static let items = 400

    @Test(
      "Prices from 64 connections over three kill -9: pricing ends with the last of each", arguments: KafkaKind.present)
    func killed(kind: KafkaKind) async throws {
      try await withStand(kind) { stand in
        try await withThrowingTaskGroup(of: Void.self) { group in
          let progress = Progress()
          for connection in 0..<Self.connections {
            group.addTask { try await self.send(from: connection, to: stand, progress) }
          }
          for share in [1, 2, 3] {
            try await eventually(within: patience * 2, "\(share) quarters of the prices") {
              await progress.accepted >= Self.count * share / 4
            }
            await stand.killService()
            try await stand.startService()
          }
          try await group.waitForAll()
        }
        try await expectLastPrices(stand)
        #expect(try await stand.statistics(of: "pricing")["violations"] == 0)
        #expect(try await stand.statistics(of: "pricing")["malformed"] == 0)
      }
    }

    /// A connection's own items get their prices one after the other, each until it is accepted.
    private func send(from connection: Int, to stand: TrialStand, _ progress: Progress) async throws {
      for number in stride(from: connection, to: Self.count, by: Self.connections) {
        let end = ContinuousClock.now + patience
        while (try? await stand.putPrice(gtin(connection, number), cents: 100 + number)) != 202 {
          guard ContinuousClock.now < end else { throw TestKitError(message: "price \(number) was never accepted") }
          try await Task.sleep(for: .milliseconds(50))
        }
        await progress.add()
      }
    }

    /// Items belong to connections, so that the order of an item's prices is the sender's. Every tenth price is its item's
    /// only one: where it is lost, no later one makes up for it.
    private func gtin(_ connection: Int, _ number: Int) -> String {
      let round = number / Self.connections
      if round % 10 == 9 { return TrialGrid.gtin(1_000 + number) }
      let own = Self.items / Self.connections + 1
      return TrialGrid.gtin(connection * own + round % own)
    }

    private func expectLastPrices(_ stand: TrialStand) async throws {
      var last: [String: Int] = [:]
      for number in 0..<Self.count { last[gtin(number % Self.connections, number)] = 100 + number }
      var wrong: [String] = []
      let end = ContinuousClock.now + patience
      repeat {
        try await Task.sleep(for: .milliseconds(200))
        let holdings = try await stand.holdings(of: "pricing")
        wrong = last.compactMap { gtin, cents in
          let found = holdings[gtin]?.snippet["pricing"]?["price"]?["currencyAmount"]?.numberText
          return found == TrialGrid.dollars(cents)
            ? nil : "\(gtin) has \(found ?? "nothing"), should \(TrialGrid.dollars(cents))"
        }
      } while !wrong.isEmpty && ContinuousClock.now < end
      #expect(wrong == [])
    }

    private actor Progress {
      private(set) var accepted = 0
      func add() { accepted += 1 }
    }
  }
}

import ItemModel
import KafkaClient
import Telemetry
import TestKit
import Testing

@testable import FeedIngestor

/// Publishing, with an embedded Kafka.
@Suite(.timeLimit(.minutes(5)))
struct RelayTests {
  private func message(_ lease: Int64, bytes: Int = 10) throws -> OutboxMessage {
    OutboxMessage(
      lane: .setup, key: try ApplyBench.key(), lease: lease, bytes: [UInt8](repeating: 0x20, count: bytes))
  }

  @Test("While Kafka is away nothing counts as published; when it is back, everything is")
  func outage() async throws {
    try await IngestorBench.run(kafkaLimit: .seconds(2)) { bench in
      let relay = try bench.context().relay
      let messages = try (1...3).map { try message($0) }
      try bench.kafka.takeDown()
      let publishing = Task { try await relay.publish(messages) }
      try await eventually("Kafka did not take them") {
        bench.log.messages.contains("dispatches not published; trying again")
      }
      #expect(try await bench.number("SELECT count(*) FROM published") == 0)
      #expect(relay.isPublishing(2))
      try bench.kafka.bringUp()
      #expect(try await publishing.end().isEmpty)
      #expect(!relay.isPublishing(2))
      #expect(try await bench.published == 3)
      #expect(try await bench.number("SELECT max(at_offset) + 1 FROM published") == bench.end(of: "lane-setup"))
    }
  }

  @Test("What Kafka will never take is reported, and holds up nothing")
  func tooLarge() async throws {
    try await IngestorBench.run { bench in
      let refused = try await bench.context().relay.publish([message(1), message(2, bytes: 1_100_000), message(3)])
      #expect(refused.count == 1)
      guard case .unpublishable(lease: 2, _, _) = refused.first?.event else {
        Issue.record("\(refused)")
        return
      }
      #expect(try await bench.published == 2)
    }
  }
}

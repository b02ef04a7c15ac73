import ItemModel
import KafkaClient
import PostgresClient
import Telemetry
import TestKit
import Testing

@testable import FeedIngestor

/// What is known of dispatches without an outcome.
@Suite(.timeLimit(.minutes(5)))
struct LeaseLookoutTests {
  private func fates(
    _ lookout: LeaseLookout, _ leases: [Int64], _ bench: IngestorBench, hasLooked: Bool = false
  ) async throws -> [Int64: LeaseFate] {
    try await bench.pools[0].withConnection { try await lookout.fates(leases, on: $0, hasLooked: hasLooked) }
  }

  @Test("Where the lanes stand is asked before the transaction, not in it")
  func lookFirst() async throws {
    try await IngestorBench.run { bench in
      let context = try bench.context()
      let sent = try await bench.apply(try ApplyBench.key(), try ApplyBench.change(ApplyBench.price("5")))
      let lost = try await bench.apply(try ApplyBench.key(1), try ApplyBench.change(ApplyBench.price("5")))
      _ = try await context.relay.publish(sent)
      let lookout = LeaseLookout(context: context)
      // What was never published, or is older than the outbox, needs no look.
      #expect(try await fates(lookout, [lost[0].lease, 99], bench) == [lost[0].lease: .unpublished, 99: .consumed])
      await #expect(throws: LeaseLookout.LookWanted.self) { _ = try await fates(lookout, [sent[0].lease], bench) }
      try await lookout.look()
      #expect(try await fates(lookout, [sent[0].lease], bench) == [sent[0].lease: .waiting])
    }
  }

  @Test("While Kafka is away, nothing is taken for lost, and nothing fails")
  func outage() async throws {
    try await IngestorBench.run(kafkaLimit: .seconds(2)) { bench in
      let context = try bench.context()
      let sent = try await bench.apply(try ApplyBench.key(), try ApplyBench.change(ApplyBench.price("5")))
      _ = try await context.relay.publish(sent)
      let lookout = LeaseLookout(context: context, validity: .zero)
      try bench.kafka.takeDown()
      try await lookout.look()
      #expect(bench.log.messages.contains("where the lanes stand is not known"))
      #expect(try await fates(lookout, [sent[0].lease], bench, hasLooked: true) == [sent[0].lease: .waiting])
    }
  }
}

import KafkaClient
import LocalServers
import Telemetry
import TestKit
import Testing

/// A broker of Apache Kafka that is ended as a crash would end it, and started again on what it holds.
@Suite(.timeLimit(.minutes(2)), .enabled(if: TestServers.hasRealKafka), .serialized)
struct BrokerCrashTests {
  private static let topic = "crashes"
  private static let partitions = 3

  @Test func `what is sent across crashes is stored once, in order, and told so`() async throws {
    try await withBroker { broker, configuration in
      let producer = try KafkaProducer(configuration, logger: .silent)
      let sender = Sender(producer, topic: Self.topic, partitions: Self.partitions)
      async let sending: Void = sender.run(batches: 300)
      for stored in [1_000, 4_000] {
        try await eventually(within: .seconds(60), "sending goes on") { sender.successes >= stored }
        #expect(sender.isSending, "the crash comes in between")
        try await broker.kill9()
        try await broker.resume()
      }
      _ = await sending
      #expect(sender.failures == [])
      await producer.stop()

      let consumer = try KafkaConsumer(configuration, group: "reader", topics: [Self.topic], logger: .silent)
      let batches = try await consumer.records(12_000)
      for partition in 0..<Int32(Self.partitions) {
        let mine = batches.filter { $0.partition == partition }
        // Equal lists: nothing is missing, nothing twice, nothing out of order.
        #expect(mine.texts == sender.sent[partition], "partition \(partition)")
        #expect(mine.flatMap { $0.records.map(\.offset) } == sender.offsets[partition], "partition \(partition)")
      }
      await consumer.stop(within: .zero)
    }
  }

  @Test func `consuming and committing go on across crashes`() async throws {
    try await withBroker { broker, configuration in
      let producer = try KafkaProducer(configuration, logger: .silent)
      let sender = Sender(producer, topic: Self.topic, partitions: Self.partitions)
      let reader = CommittingReader(
        try KafkaConsumer(configuration, group: "reader", topics: [Self.topic], logger: .silent))
      async let reading: Void = reader.run()
      async let sending: Void = sender.run(batches: 300)
      for committed in [1_000, 4_000] {
        try await eventually(within: .seconds(60), "committing goes on") { reader.committed >= committed }
        try await broker.kill9()
        try await broker.resume()
      }
      _ = await sending
      try await eventually(within: .seconds(60), "everything is committed") { reader.committed == 12_000 }
      await reader.consumer.stop()
      try await reading
      for partition in 0..<Int32(Self.partitions) {
        #expect(reader.read[partition] == sender.sent[partition], "partition \(partition)")
      }
      await producer.stop()
    }
  }

  /// A broker of its own, with the topic; in the end it is killed.
  private func withBroker(_ body: (LocalKafka, KafkaConfiguration) async throws -> Void) async throws {
    try await withTemporaryDirectory { directory in
      let home = try #require(TestServers.kafkaHome)
      let broker = try LocalKafka(home: home, directory: "\(directory)/kafka")
      try await broker.start()
      let configuration = KafkaConfiguration(bootstrap: broker.bootstrap)
      try await createTopic(Self.topic, partitions: Self.partitions, on: configuration)
      do {
        try await body(broker, configuration)
      } catch {
        try? await broker.kill9()
        throw error
      }
      try await broker.kill9()
    }
  }
}

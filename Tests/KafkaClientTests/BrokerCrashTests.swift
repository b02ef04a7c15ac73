import KafkaClient
import LocalServers
import Telemetry
import TestKit
import Testing

/// A broker of Apache Kafka that is ended as a crash would end it, and started again on what it holds.
@Suite(.timeLimit(.minutes(5)), .enabled(if: TestServers.hasRealKafka))
struct BrokerCrashTests {
  @Test func `what is sent across crashes is stored once and in order, and consumed and committed`() async throws {
    try await withBroker { broker, configuration in
      try await createTopic("t", partitions: 3, on: configuration)
      let producer = try KafkaProducer(configuration, logger: .silent)
      let sender = Sender(producer, topic: "t", partitions: 3)
      let reader = CommittingReader(
        try KafkaConsumer(configuration, group: "reader", topics: ["t"], logger: .silent))
      async let reading: Void = reader.run()
      async let sending: Void = sender.run(ahead: reader)
      for _ in 0..<2 {
        let count = sender.successes + 1_000
        try await eventually("sending and committing go on") {
          sender.successes >= count && reader.committed >= count
        }
        try await broker.kill9()
        try await broker.resume()
      }
      let count = sender.successes + 1_000
      try await eventually("sending goes on") { sender.successes >= count }
      sender.finish()
      try await sending
      #expect(sender.failures == [])
      try await eventually("all committed") { reader.committed == sender.successes }
      await producer.stop()
      await reader.consumer.stop()
      try await reading
      for partition in 0..<Int32(3) {
        let sent = sender.sent[partition] ?? []
        #expect(sender.offsets[partition] == Array(0..<Int64(sent.count)), "partition \(partition)")
        // Equal lists: nothing is missing, nothing twice, nothing out of order.
        #expect(reader.read[partition] == sent, "partition \(partition)")
      }
    }
  }

  /// A broker of its own; in the end it is killed.
  private func withBroker(_ body: (LocalKafka, KafkaConfiguration) async throws -> Void) async throws {
    try await withTemporaryDirectory { directory in
      let home = try #require(TestServers.kafkaHome)
      let broker = try LocalKafka(home: home, directory: "\(directory)/kafka")
      try await broker.start()
      do {
        try await body(broker, KafkaConfiguration(bootstrap: broker.bootstrap))
      } catch {
        try? await broker.kill9()
        throw error
      }
      try await broker.kill9()
    }
  }
}

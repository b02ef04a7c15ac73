import KafkaClient
import Telemetry
import Testing

@Suite(.timeLimit(.minutes(5)))
struct RoundTripTests {
  @Test(arguments: TestCluster.available)
  func `records come back as they were sent`(cluster: TestCluster) async throws {
    let topic = try await cluster.topic(partitions: 1)
    let sent = [
      KafkaRecord(
        topic: topic, key: bytes("k"), value: bytes("v"),
        headers: [
          KafkaHeader("a", "1"), KafkaHeader("a", "2"), KafkaHeader(name: "null", value: nil),
          KafkaHeader(name: "empty", value: []),
        ]),
      KafkaRecord(topic: topic, key: bytes("tombstone"), value: nil),
      KafkaRecord(topic: topic, key: nil, value: []),
      KafkaRecord(topic: topic, key: [], value: [0, 255, 0]),
    ]
    try await produce(sent, to: cluster.configuration())
    let consumer = try await KafkaConsumer(
      cluster.configuration(), group: "g-\(topic)", topics: [topic], logger: .silent)
    let batches = try await consumer.records(4)
    let got = batches.flatMap(\.records)
    #expect(got.map(\.key) == sent.map(\.key))
    #expect(got.map(\.value) == sent.map(\.value))
    #expect(got.map(\.headers) == sent.map(\.headers))
    #expect(got.map(\.offset) == [0, 1, 2, 3])
    #expect(got.allSatisfy { ($0.timestamp ?? 0) > 1_600_000_000_000 })
    #expect(batches.last?.next == 4)
    await consumer.stop(within: .zero)
  }

  @Test(arguments: TestCluster.available)
  func `a record reaches a waiting reader at once`(cluster: TestCluster) async throws {
    let topic = try await cluster.topic(partitions: 1)
    let producer = try await KafkaProducer(cluster.configuration(), logger: .silent)
    _ = await producer.send([KafkaRecord(topic, nil, "warm")])
    let consumer = try await KafkaConsumer(
      cluster.configuration(), group: "g-\(topic)", topics: [topic], logger: .silent)
    _ = try await consumer.records(1)
    let begin = ContinuousClock.now
    for index in 0..<150 {
      _ = try await producer.send([KafkaRecord(topic, nil, "\(index)")])[0].get()
      _ = try await consumer.records(1)
    }
    // Each of them would wait for the second at which the client polls on its own: the wake-ups come from the queues.
    #expect(ContinuousClock.now - begin < .seconds(75))
    await consumer.stop(within: .zero)
    await producer.stop()
  }
}

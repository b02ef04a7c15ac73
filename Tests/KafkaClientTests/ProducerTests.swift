import KafkaClient
import Synchronization
import Telemetry
import TestKit
import Testing

@Suite(.timeLimit(.minutes(5)))
struct ProducerTests {
  @Test(arguments: TestCluster.available)
  func `keys choose partitions as Java's producer does`(cluster: TestCluster) async throws {
    // Known vectors of Kafka's own tests: the hash before the sign is dropped.
    #expect(Int32(bitPattern: murmur2(bytes("21"))) == -973_932_308)
    #expect(Int32(bitPattern: murmur2(bytes("foobar"))) == -790_332_482)
    #expect(Int32(bitPattern: murmur2(bytes("a-little-bit-long-string"))) == -985_981_536)

    let topic = try await cluster.topic(partitions: 7)
    let keys = (0..<60).map { "item-\($0 * 7_919)" } + ["", "a", "ab", "abc"]
    let positions = try await produce(keys.map { KafkaRecord(topic, $0, "v") }, to: cluster.configuration())
    for (key, position) in zip(keys, positions) where !key.isEmpty {
      #expect(position.partition == Int32((murmur2(bytes(key)) & 0x7FFF_FFFF) % 7), "\(key)")
    }
  }

  @Test(arguments: TestCluster.available)
  func `a record that cannot be stored fails alone`(cluster: TestCluster) async throws {
    let topic = try await cluster.topic(partitions: 2)
    let producer = try await KafkaProducer(cluster.configuration(), logger: .silent)
    let results = await producer.send([
      KafkaRecord(topic, "a", "one", partition: 1),
      KafkaRecord(topic: topic, key: nil, value: [UInt8](repeating: 0, count: 2_000_000)),
      KafkaRecord(topic, "a", "two", partition: 1),
      KafkaRecord(topic, "a", "nowhere", partition: 99),
    ])
    #expect(try results[0].get() == KafkaPosition(partition: 1, offset: 0))
    #expect(try results[2].get() == KafkaPosition(partition: 1, offset: 1))
    let tooLarge = #expect(throws: KafkaError.self) { try results[1].get() }
    #expect(tooLarge?.code == .messageTooLarge && tooLarge?.isRetriable == false)
    let nowhere = #expect(throws: KafkaError.self) { try results[3].get() }
    #expect(nowhere?.code == .invalidRecord && nowhere?.isRetriable == false)
    await producer.stop()
  }

  @Test func `more than fits waits for room, in order`() async throws {
    let kafka = try EmbeddedKafka()
    defer { kafka.stop() }
    try kafka.createTopic("t", partitions: 1)
    try kafka.setRoundTrip(.milliseconds(20))
    var options = KafkaProducerOptions()
    options.maxRecordsInFlight = 10
    let producer = try KafkaProducer(KafkaConfiguration(bootstrap: kafka.bootstrap), options: options, logger: .silent)
    async let first = producer.send((0..<95).map { KafkaRecord("t", nil, "\($0)") })
    let offsets = try await first.map { try $0.get().offset }
    #expect(offsets == Array(0..<95))
    await producer.stop()
  }

  @Test func `submissions beyond the limit are refused, and tell it`() async throws {
    let kafka = try EmbeddedKafka()
    defer { kafka.stop() }
    try kafka.createTopic("t", partitions: 1)
    var options = KafkaProducerOptions()
    options.maxRecordsInFlight = 1
    options.maxWaitingBatches = 2
    let producer = try KafkaProducer(KafkaConfiguration(bootstrap: kafka.bootstrap), options: options, logger: .silent)
    let (outcomes, sink) = AsyncStream.makeStream(of: Result<KafkaPosition, KafkaError>.self)
    // None is done before all are submitted.
    try kafka.takeDown()
    for index in 0..<10 {
      producer.submit([KafkaRecord("t", nil, "\(index)")]) { results in
        for result in results { sink.yield(result) }
      }
    }
    try kafka.bringUp()
    var stored = 0
    var refused = 0
    for await outcome in outcomes.prefix(10) {
      switch outcome {
      case .success: stored += 1
      case .failure(let error):
        #expect(error.code == .queueFull && error.isRetriable)
        refused += 1
      }
    }
    #expect(stored == 3 && refused == 7)
    await producer.stop()
  }

  @Test func `a broker that comes back gets everything once`() async throws {
    let kafka = try EmbeddedKafka()
    defer { kafka.stop() }
    try kafka.createTopic("t", partitions: 1)
    var options = KafkaProducerOptions()
    options.deliveryTimeout = Patience.limit
    let producer = try KafkaProducer(KafkaConfiguration(bootstrap: kafka.bootstrap), options: options, logger: .silent)
    _ = await producer.send([KafkaRecord("t", nil, "before")])
    try kafka.takeDown()
    async let results = producer.send((0..<10).map { KafkaRecord("t", nil, "\($0)") })
    try await Task.sleep(for: .milliseconds(300))
    try kafka.bringUp()
    let stored = await results
    #expect(stored.compactMap { try? $0.get().offset } == Array(1...10))
    await producer.stop()
  }

  @Test func `a record that finds no broker in time fails, retriable`() async throws {
    var options = KafkaProducerOptions()
    options.deliveryTimeout = .milliseconds(400)
    let producer = try KafkaProducer(
      KafkaConfiguration(bootstrap: "127.0.0.1:1"), options: options, logger: .silent)
    let results = await producer.send([KafkaRecord("t", nil, "v")])
    let error = #expect(throws: KafkaError.self) { try results[0].get() }
    #expect(error?.code == .timedOut && error?.isRetriable == true)
    await producer.stop(within: .zero)
  }

  @Test func `a fatal error replaces the producer beneath`() async throws {
    let kafka = try EmbeddedKafka()
    defer { kafka.stop() }
    try kafka.createTopic("t", partitions: 1)
    let producer = try KafkaProducer(KafkaConfiguration(bootstrap: kafka.bootstrap), logger: .silent)
    _ = try await producer.send([KafkaRecord("t", nil, "before")])[0].get()
    // OUT_OF_ORDER_SEQUENCE_NUMBER for the first batch in line: idempotence is lost.
    try kafka.failNext(.produce, with: [.code(45)])
    let result = await producer.send([KafkaRecord("t", nil, "lost")])[0]
    let lost = #expect(throws: KafkaError.self) { try result.get() }
    #expect(lost?.isRetriable == true)
    let after = try await producer.send([KafkaRecord("t", nil, "after")])[0].get()
    #expect(after.offset == 1)
    await producer.stop()
  }

  @Test func `stopping gives up what is under way, and refuses what comes later`() async throws {
    let producer = try KafkaProducer(KafkaConfiguration(bootstrap: "127.0.0.1:1"), logger: .silent)
    async let pending = producer.send([KafkaRecord("t", nil, "1"), KafkaRecord("t", nil, "2")])
    try await Task.sleep(for: .milliseconds(50))
    await producer.stop(within: .milliseconds(100))
    for result in await pending { #expect(throws: KafkaError.self) { try result.get() } }
    let result = await producer.send([KafkaRecord("t", nil, "3")])[0]
    let late = #expect(throws: KafkaError.self) { try result.get() }
    #expect(late?.code == .stopped)
  }

  @Test func `a bad property is told by its name`() {
    let error = #expect(throws: KafkaError.self) {
      _ = try KafkaProducer(
        KafkaConfiguration(bootstrap: "127.0.0.1:1", properties: ["no.such.thing": "1"]), logger: .silent)
    }
    #expect(error?.code == .configuration && error?.message.contains("no.such.thing") == true)
  }
}

import KafkaClient
import Synchronization
import Telemetry
import TestKit
import Testing

@Suite(.timeLimit(.minutes(5)))
struct ConsumerTests {
  @Test(arguments: TestCluster.available)
  func `what is not pulled waits in a bounded buffer, and then comes in order`(cluster: TestCluster) async throws {
    let topic = try await cluster.topic(partitions: 2)
    let records = (0..<2_000).map { KafkaRecord(topic, nil, "\($0)", partition: Int32($0 % 2)) }
    try await produce(records, to: cluster.configuration())
    var options = KafkaConsumerOptions()
    options.maxBufferedRecords = 100
    let consumer = try await KafkaConsumer(
      cluster.configuration(["max.poll.interval.ms": "12000"]),
      group: "g-\(topic)",
      topics: [topic], options: options, logger: .silent)
    let assignment = try await consumer.nextAssignment()
    try await assignment.start(at: [:])
    // Longer than the group tolerates a member that does not poll.
    try await Task.sleep(for: .seconds(14))
    let batches = try await consumer.records(2_000, upTo: 50)
    for partition in 0..<2 {
      let mine = batches.filter { $0.partition == Int32(partition) }
      #expect(mine.texts == (0..<2_000).filter { $0 % 2 == partition }.map { "\($0)" })
      #expect(mine.first?.from == 0)
      #expect(zip(mine, mine.dropFirst()).allSatisfy { $0.next == $1.from })
      #expect(mine.allSatisfy { $0.epoch == assignment.epoch && $0.records.count <= 50 })
    }
    await consumer.stop(within: .zero)
  }

  @Test(arguments: TestCluster.available)
  func `a small buffer does not slow a quick reader down`(cluster: TestCluster) async throws {
    let topic = try await cluster.topic(partitions: 2)
    let records = (0..<40_000).map { KafkaRecord(topic, nil, "\($0)", partition: Int32($0 % 2)) }
    try await produce(records, to: cluster.configuration())
    var options = KafkaConsumerOptions()
    options.maxBufferedRecords = 500
    let consumer = try await KafkaConsumer(
      cluster.configuration(), group: "g-\(topic)", topics: [topic], options: options, logger: .silent)
    let first = try await consumer.records(1, upTo: 50)
    let begin = ContinuousClock.now
    let batches = first + (try await consumer.records(40_000 - first.texts.count, upTo: 50))
    // Pausing and resuming whenever the buffer is full takes about a second for every 400 records.
    #expect(ContinuousClock.now - begin < .seconds(60))
    for partition in 0..<2 {
      let mine = batches.filter { $0.partition == Int32(partition) }
      #expect(mine.texts == (0..<40_000).filter { $0 % 2 == partition }.map { "\($0)" })
    }
    await consumer.stop(within: .zero)
  }

  @Test(arguments: TestCluster.available)
  func `commits keep their metadata, and a new member goes on behind them`(cluster: TestCluster) async throws {
    let topic = try await cluster.topic(partitions: 2)
    let group = "g-\(topic)"
    try await produce((0..<10).map { KafkaRecord(topic, nil, "\($0)", partition: 0) }, to: cluster.configuration())
    var options = KafkaConsumerOptions()
    options.answerTimeout = .seconds(300)
    let first = try await KafkaConsumer(
      cluster.configuration(), group: group, topics: [topic], options: options, logger: .silent)
    let assignment = try await first.nextAssignment()
    try await assignment.start()
    _ = try await first.records(10)
    let zero = TopicPartition(topic: topic, partition: 0)
    let one = TopicPartition(topic: topic, partition: 1)
    try await first.commit([zero: KafkaCommit(offset: 4, metadata: "done: 7,9 ü")], epoch: assignment.epoch)
    #expect(try await first.committed([zero, one]) == [zero: KafkaCommit(offset: 4, metadata: "done: 7,9 ü")])

    let fenced = await #expect(throws: KafkaError.self) {
      try await first.commit([zero: KafkaCommit(offset: 5)], epoch: assignment.epoch - 1)
    }
    #expect(fenced?.code == .fenced)
    let foreign = TopicPartition(topic: topic, partition: 7)
    await #expect(throws: KafkaError.self) {
      try await first.commit([foreign: KafkaCommit(offset: 5)], epoch: assignment.epoch)
    }
    let begin = ContinuousClock.now
    await first.stop(within: .zero)
    #expect(ContinuousClock.now - begin < .seconds(60))
    #expect(try await first.next() == nil)

    let admin = try await KafkaAdmin(cluster.configuration(), limit: Patience.limit, logger: .silent)
    #expect(try await admin.committed(group: group, [zero, one])[zero]?.metadata == "done: 7,9 ü")
    let second = try await KafkaConsumer(cluster.configuration(), group: group, topics: [topic], logger: .silent)
    let rest = try await second.records(6)
    #expect(rest.texts == (4..<10).map { "\($0)" })
    #expect(rest.first?.from == 4)
    await second.stop(within: .zero)
  }

  @Test(arguments: TestCluster.available)
  func `reading goes where it is sent`(cluster: TestCluster) async throws {
    let topic = try await cluster.topic(partitions: 1)
    let zero = TopicPartition(topic: topic, partition: 0)
    try await produce((0..<100).map { KafkaRecord(topic, nil, "\($0)") }, to: cluster.configuration())
    let consumer = try await KafkaConsumer(
      cluster.configuration(), group: "g-\(topic)", topics: [topic], logger: .silent)
    let assignment = try await consumer.nextAssignment()
    try await assignment.start(at: [zero: .offset(90)])
    // At once: the fetching may not have begun.
    try await consumer.seek([zero: 95], epoch: assignment.epoch)
    let tail = try await consumer.records(5)
    #expect(tail.texts == (95..<100).map { "\($0)" } && tail.first?.from == 95)

    for round in 0..<5 {
      try await consumer.seek([zero: 10], epoch: assignment.epoch)
      let some = try await consumer.records(20, upTo: 7)
      #expect(some.first?.from == 10 && some.texts.first == "10", "round \(round)")
      #expect(zip(some, some.dropFirst()).allSatisfy { $0.next == $1.from })
      #expect(some.texts == (10..<(10 + some.texts.count)).map { "\($0)" })
    }
    try await consumer.seek([zero: 50], epoch: assignment.epoch)
    try await consumer.pause([zero], epoch: assignment.epoch)
    try await produce([KafkaRecord(topic, nil, "100")], to: cluster.configuration())
    try await consumer.resume([zero], epoch: assignment.epoch)
    let after = try await consumer.records(51)
    #expect(after.texts == (50...100).map { "\($0)" } && after.first?.from == 50)
    await consumer.stop(within: .zero)
  }

  @Test(arguments: TestCluster.available)
  func `a position outside the log shows as a jump to its beginning`(cluster: TestCluster) async throws {
    let topic = try await cluster.topic(partitions: 1)
    let zero = TopicPartition(topic: topic, partition: 0)
    try await produce((0..<3).map { KafkaRecord(topic, nil, "\($0)") }, to: cluster.configuration())
    let consumer = try await KafkaConsumer(
      cluster.configuration(), group: "g-\(topic)", topics: [topic], logger: .silent)
    try await consumer.nextAssignment().start(at: [zero: .offset(1_000)])
    let batches = try await consumer.records(3)
    #expect(batches.first?.from == 0 && batches.texts == ["0", "1", "2"])
    await consumer.stop(within: .zero)
  }

  @Test(arguments: TestCluster.available)
  func `a second member takes over without loss or repetition`(cluster: TestCluster) async throws {
    let topic = try await cluster.topic(partitions: 4)
    let configuration = try await cluster.configuration()
    let done = Ledger()
    let first = Member(try member(configuration, topic), done)
    let second = Member(try member(configuration, topic), done)
    let producer = try KafkaProducer(configuration, logger: .silent)
    async let one: Void = first.run()
    for step in 0..<20 {
      _ = await producer.send((0..<20).map { KafkaRecord(topic, nil, "\(step * 20 + $0)", partition: Int32($0 % 4)) })
    }
    try await eventually { done.texts.count >= 100 }
    async let two: Void = second.run()
    try await eventually { !second.holds.texts.isEmpty }
    for step in 20..<40 {
      _ = await producer.send((0..<20).map { KafkaRecord(topic, nil, "\(step * 20 + $0)", partition: Int32($0 % 4)) })
    }
    try await eventually { Set(done.texts).count == 800 }
    await first.consumer.stop()
    await second.consumer.stop()
    _ = try await (one, two)
    #expect(Set(done.texts).count == 800, "none missing")
    if cluster == .real { #expect(done.texts.count == 800, "each once") }
    await producer.stop()
  }

  @Test(arguments: TestCluster.available)
  func `a member that nobody pulls is not in the group, and holds nobody up`(cluster: TestCluster) async throws {
    let topic = try await cluster.topic(partitions: 2)
    let configuration = try await cluster.configuration()
    try await produce((0..<2).map { KafkaRecord(topic, nil, "\($0)", partition: Int32($0)) }, to: configuration)
    let idle = try member(configuration, topic)
    let unused = try member(configuration, topic)
    let busy = try member(configuration, topic)
    let whole = try await busy.nextAssignment()
    #expect(whole.partitions.count == 2)
    try await whole.start()
    #expect(try await busy.records(2).texts.sorted() == ["0", "1"])

    // The first pull joins: the group shares its partitions out anew.
    async let rest = busy.nextAssignment()
    #expect(try await !idle.nextAssignment().partitions.isEmpty)
    _ = try await rest
    for consumer in [idle, unused, busy] { await consumer.stop(within: .zero) }
  }

  @Test func `a group that cannot be joined is told at each pull`() async throws {
    let consumer = try await KafkaConsumer(
      TestCluster.embedded.configuration(), group: "g", topics: [], logger: .silent)
    for _ in 0..<2 { await #expect(throws: KafkaError.self) { try await consumer.next() } }
    await consumer.stop(within: .zero)
  }

  private func member(_ configuration: KafkaConfiguration, _ topic: String) throws -> KafkaConsumer {
    try KafkaConsumer(configuration, group: "g-\(topic)", topics: [topic], logger: .silent)
  }

  @Test func `a revocation that nobody answers ends by itself`() async throws {
    let topic = try await TestCluster.embedded.topic(partitions: 2)
    let configuration = try await TestCluster.embedded.configuration()
    var options = KafkaConsumerOptions()
    options.answerTimeout = .milliseconds(500)
    let first = try KafkaConsumer(
      configuration, group: "g-\(topic)", topics: [topic], options: options, logger: .silent)
    let held = try await first.startedAssignment()
    let second = try KafkaConsumer(configuration, group: "g-\(topic)", topics: [topic], logger: .silent)
    // The first member does not pull, and yet the second gets its share.
    let assignment = try await second.nextAssignment()
    #expect(!assignment.partitions.isEmpty)
    let late = await #expect(throws: KafkaError.self) {
      try await first.commit([held.partitions[0]: KafkaCommit(offset: 0)], epoch: held.epoch)
    }
    #expect(late?.code == .fenced)
    await first.stop(within: .zero)
    await second.stop(within: .zero)
  }

  @Test(arguments: TestCluster.available)
  func `an assignment that nobody answers leaves the group, and the next pull joins it again`(
    cluster: TestCluster
  ) async throws {
    let topic = try await cluster.topic(partitions: 1)
    let configuration = try await cluster.configuration()
    try await produce([KafkaRecord(topic, nil, "a")], to: configuration)
    var options = KafkaConsumerOptions()
    options.answerTimeout = .milliseconds(300)
    let consumer = try KafkaConsumer(
      configuration, group: "g-\(topic)", topics: [topic], options: options, logger: .silent)
    let first = try await consumer.nextAssignment()
    // Pulled, but not answered.
    let second = try await consumer.startedAssignment()
    #expect(second.epoch > first.epoch)
    let late = await #expect(throws: KafkaError.self) { try await first.start() }
    #expect(late?.code == .fenced)
    #expect(try await consumer.records(1).texts == ["a"])
    await consumer.stop(within: .zero)
  }

  @Test func `a handshake that breaks is tried again, and ends nothing`() async throws {
    let topic = try await TestCluster.embedded.topic(partitions: 1)
    let log = CapturedLog()
    // The cluster speaks no TLS.
    let consumer = try await KafkaConsumer(
      TestCluster.embedded.configuration(["security.protocol": "ssl"]), group: "g-\(topic)", topics: [topic],
      logger: Logger(label: "test", sink: log))
    let pull = Task { try await consumer.next() }
    try await eventually {
      log.events.contains { $0.message == "kafka consumer error" && "\($0)".lowercased().contains("ssl") }
    }
    await consumer.stop(within: .zero)
    #expect(try await pull.value == nil)
  }

  @Test func `cancelling the pull gives nil, and the consumer goes on`() async throws {
    let topic = try await TestCluster.embedded.topic(partitions: 1)
    let configuration = try await TestCluster.embedded.configuration()
    let consumer = try KafkaConsumer(configuration, group: "g-\(topic)", topics: [topic], logger: .silent)
    let pull = Task { try await consumer.next() }
    pull.cancel()
    #expect(try await pull.value == nil)
    try await produce([KafkaRecord(topic, nil, "still here")], to: configuration)
    #expect(try await consumer.records(1).texts == ["still here"])
    await consumer.stop(within: .zero)
  }

  @Test func `stopping offers the partitions' end to the puller, who can commit`() async throws {
    let topic = try await TestCluster.embedded.topic(partitions: 1)
    let configuration = try await TestCluster.embedded.configuration()
    try await produce([KafkaRecord(topic, nil, "a"), KafkaRecord(topic, nil, "b")], to: configuration)
    let done = Ledger()
    let member = Member(try self.member(configuration, topic), done)
    async let run: Void = member.run()
    try await eventually { done.texts.count >= 2 }
    await member.consumer.stop()
    try await run
    let admin = try KafkaAdmin(configuration, limit: Patience.limit, logger: .silent)
    let zero = TopicPartition(topic: topic, partition: 0)
    #expect(try await admin.committed(group: "g-\(topic)", [zero])[zero]?.offset == 2)
  }

  @Test func `brokers that go and come back are found again`() async throws {
    let kafka = try EmbeddedKafka()
    defer { kafka.stop() }
    try kafka.createTopic("t", partitions: 1)
    let configuration = KafkaConfiguration(bootstrap: kafka.bootstrap, properties: ["reconnect.backoff.max.ms": "500"])
    try await produce([KafkaRecord("t", nil, "before")], to: configuration)
    let consumer = try KafkaConsumer(configuration, group: "g", topics: ["t"], logger: .silent)
    #expect(try await consumer.records(1).texts == ["before"])
    try kafka.takeDown()
    try await Task.sleep(for: .milliseconds(300))
    try kafka.bringUp()
    try await produce([KafkaRecord("t", nil, "after")], to: configuration)
    #expect(try await consumer.records(1).texts == ["after"])
    await consumer.stop(within: .zero)
  }
}

/// What was done, by whichever member.
final class Ledger: Sendable {
  private let state = Mutex<[String]>([])

  var texts: [String] { state.withLock { $0 } }

  func add(_ texts: [String]) { state.withLock { $0 += texts } }
}

/// A member that does records at once and commits only when its partitions are taken away.
final class Member: Sendable {
  let consumer: KafkaConsumer
  let holds = Ledger()
  private let done: Ledger

  init(_ consumer: KafkaConsumer, _ done: Ledger) {
    self.consumer = consumer
    self.done = done
  }

  func run() async throws {
    var next: [TopicPartition: KafkaCommit] = [:]
    while let event = try await consumer.next(upTo: 30) {
      switch event {
      case .assigned(let assignment):
        try await assignment.start()
        holds.add(assignment.partitions.map(\.description))
      case .records(let batches):
        for batch in batches { next[batch.topicPartition] = KafkaCommit(offset: batch.next) }
        done.add(batches.texts)
      case .revoked(let revocation):
        do throws(KafkaError) {
          try await consumer.commit(next, epoch: revocation.epoch)
        } catch {
          // The embedded cluster takes no commits while the group rebalances, and on a busy machine a member with its
          // short session may be taken for dead: the next owner repeats what was not committed.
          guard error.isRetriable || error.code == .fenced else { throw error }
        }
        next = [:]
        await revocation.complete()
      }
    }
  }
}

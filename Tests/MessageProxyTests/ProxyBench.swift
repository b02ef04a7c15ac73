import KafkaClient
import MessageProxy
import Telemetry
import Testing

/// One embedded cluster for all tests, a topic and a group for each.
struct ProxyBench {
  static let cluster = Result { try EmbeddedKafka(brokers: 1) }

  let topic: String
  let partitions: Int
  let configuration: KafkaConfiguration
  let producer: KafkaProducer
  let admin: KafkaAdmin

  init(_ topic: String, partitions: Int = 8) throws {
    let cluster = try Self.cluster.get()
    try cluster.createTopic(topic, partitions: partitions)
    self.topic = topic
    self.partitions = partitions
    configuration = KafkaConfiguration(bootstrap: cluster.bootstrap)
    producer = try KafkaProducer(configuration, logger: .silent)
    admin = try KafkaAdmin(configuration, capabilities: EmbeddedKafka.capabilities, logger: .silent)
  }

  var topicPartitions: [TopicPartition] {
    (0..<partitions).map { TopicPartition(topic: topic, partition: Int32($0)) }
  }

  /// `count` messages over `keys` keys; each one's value is its number within its key.
  func produce(_ count: Int, keys: Int) async throws {
    let records = (0..<count).map {
      KafkaRecord(
        topic: topic, key: Array("key-\($0 % keys)".utf8), value: Array("\($0 / keys)".utf8),
        headers: [KafkaHeader("origin", "test")])
    }
    for result in await producer.send(records) { _ = try result.get() }
  }

  func subscribe(
    _ handler: any MessageHandler, _ change: (inout SubscriptionOptions) -> Void = { _ in }
  ) throws -> Subscription {
    var options = SubscriptionOptions()
    options.commitInterval = .milliseconds(100)
    change(&options)
    // The embedded cluster frees the place of a member that left only after its session.
    var consumption = KafkaConsumerOptions()
    consumption.sessionTimeout = .seconds(6)
    let consumer = try KafkaConsumer(
      configuration, group: "group-\(topic)", topics: [topic], options: consumption, logger: .silent)
    return Subscription(
      consumer: consumer, handler: handler, deadLetters: DeadLetterWriter(producer: producer), options: options,
      logger: .silent)
  }

  func committed() async throws -> [TopicPartition: KafkaCommit] {
    try await admin.committed(group: "group-\(topic)", topicPartitions)
  }

  /// The sum of the committed offsets: how many messages the group is past.
  func committedCount() async throws -> Int64 {
    try await committed().values.reduce(0) { $0 + $1.offset }
  }
}

/// Waits until `condition` holds, at most `limit`.
func eventually(
  within limit: Duration = .seconds(25), _ condition: () async throws -> Bool,
  sourceLocation: SourceLocation = #_sourceLocation
) async throws {
  let deadline = ContinuousClock.now + limit
  while try await !condition() {
    guard ContinuousClock.now < deadline else {
      Issue.record("not in time", sourceLocation: sourceLocation)
      return
    }
    try await Task.sleep(for: .milliseconds(10))
  }
}

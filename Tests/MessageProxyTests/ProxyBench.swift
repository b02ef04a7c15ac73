import KafkaClient
import LocalServers
import MessageProxy
import Telemetry
import TestKit
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
    configuration = KafkaConfiguration(bootstrap: cluster.bootstrap, properties: Patience.sessionProperties)
    producer = try KafkaProducer(configuration, logger: .silent)
    admin = try KafkaAdmin(
      configuration, capabilities: EmbeddedKafka.capabilities, limit: Patience.limit, logger: .silent)
  }

  /// A bench on a real broker.
  init(real topic: String, partitions: Int = 8) async throws {
    self.topic = topic
    self.partitions = partitions
    configuration = KafkaConfiguration(
      bootstrap: try await TestServers.kafka().bootstrap, properties: Patience.sessionProperties)
    producer = try KafkaProducer(configuration, logger: .silent)
    admin = try KafkaAdmin(configuration, limit: Patience.limit, logger: .silent)
    _ = try await admin.createTopics([KafkaNewTopic(name: topic, partitions: Int32(partitions))])
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
    let consumer = try KafkaConsumer(
      configuration, group: "group-\(topic)", topics: [topic], logger: .silent)
    return Subscription(
      consumer: consumer, handler: handler, deadLetters: DeadLetterWriter(producer: producer), options: options,
      logger: .silent)
  }

  /// The first record of a topic.
  func first(of topic: String) async throws -> KafkaMessage? {
    let reader = try KafkaConsumer(configuration, group: "reader-\(topic)", topics: [topic], logger: .silent)
    var found: KafkaMessage?
    while found == nil, let event = try await reader.next() {
      switch event {
      case .assigned(let assignment): try await assignment.start()
      case .records(let batches): found = batches.first?.records.first
      case .revoked(let revocation): await revocation.complete()
      }
    }
    await reader.stop(within: .zero)
    return found
  }

  func committed() async throws -> [TopicPartition: KafkaCommit] {
    try await admin.committed(group: "group-\(topic)", topicPartitions)
  }

  /// The sum of the committed offsets: how many messages the group is past.
  func committedCount() async throws -> Int64 {
    try await committed().values.reduce(0) { $0 + $1.offset }
  }
}

extension KafkaMessage {
  var headerTexts: [String: String] {
    Dictionary(uniqueKeysWithValues: headers.map { ($0.name, String(decoding: $0.value ?? [], as: UTF8.self)) })
  }
}

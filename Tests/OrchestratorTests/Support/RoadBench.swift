import HTTPCaller
import ItemModel
import KafkaClient
import Lifecycle
import MessageProxy
import Synchronization
import Telemetry
import TestKit
import Testing

@testable import Orchestrator

/// Lanes, outcomes and systems' topics on one embedded cluster that the tests share, each test with names of its own.
final class RoadBench: Sendable {
  static let cluster = Result { try EmbeddedKafka() }

  let kafka: KafkaConfiguration
  let topics: TopicNames
  let groups: GroupNames
  let producer: KafkaProducer
  let registry = MetricsRegistry()
  private let admin: KafkaAdmin
  private let caller = HTTPCaller(logger: .silent)

  init(_ name: String, systemTopics: [String] = []) throws {
    let cluster = try Self.cluster.get()
    kafka = KafkaConfiguration(
      bootstrap: cluster.bootstrap, properties: Patience.sessionProperties)
    topics = TopicNames(prefix: "\(name)-")
    groups = GroupNames(prefix: name)
    producer = try KafkaProducer(kafka, logger: .silent)
    admin = try KafkaAdmin(kafka, capabilities: EmbeddedKafka.capabilities, limit: Patience.limit, logger: .silent)
    for topic in topics.all + systemTopics.map(topics.system) { try cluster.createTopic(topic, partitions: 2) }
  }

  func orchestrator(
    _ graph: SystemGraph, lanes: [Lane] = [.setup], producer: KafkaProducer? = nil, logger: Logger = .silent,
    _ change: (inout OrchestratorConfiguration) -> Void = { _ in }
  ) -> Orchestrator {
    var configuration = OrchestratorConfiguration()
    configuration.subscription.commitInterval = .milliseconds(100)
    configuration.drainLimit = .seconds(60)
    change(&configuration)
    return Orchestrator(
      configuration: configuration, graph: graph, kafka: kafka, producer: producer ?? self.producer, caller: caller,
      topics: topics, groups: groups, lanes: lanes, metrics: registry, logger: logger)
  }

  /// Runs the services while `body` runs, then stops them in good order.
  func running(_ orchestrator: Orchestrator, _ body: () async throws -> Void) async throws {
    let group = ServiceGroup(
      try orchestrator.services(), signals: [], gracePeriod: Patience.limit, logger: .silent)
    let running = Task { try await group.run() }
    let result: Result<Void, any Error>
    do { result = .success(try await body()) } catch { result = .failure(error) }
    group.shutdown.request()
    try await running.value
    try result.get()
  }

  func send(_ messages: [LaneMessage]) async throws {
    let records = messages.map {
      KafkaRecord(topic: topics.lane($0.lane), key: $0.key.messageKey, value: $0.encode(groups: $0.attributes.groups))
    }
    for result in await producer.send(records) { _ = try result.get() }
  }

  /// Reads a topic from its beginning until `count` messages are there.
  func read(_ topic: String, count: Int) async throws -> [KafkaMessage] {
    let consumer = try KafkaConsumer(kafka, group: "reader-\(topic)", topics: [topic], logger: .silent)
    var messages: [KafkaMessage] = []
    while messages.count < count, let event = try await consumer.next() {
      switch event {
      case .assigned(let assignment): try await assignment.start()
      case .records(let batches): messages += batches.flatMap(\.records)
      case .revoked(let revocation): await revocation.complete()
      }
    }
    await consumer.stop(within: .zero)
    return messages
  }

  /// The outcomes, by version.
  func outcomes(_ count: Int) async throws -> [OutcomeMessage] {
    try await read(topics.outcomes, count: count).map { try OutcomeMessage($0.value ?? []) }
      .sorted { ($0.version, $0.gtin) < ($1.version, $1.gtin) }
  }

  func committed(_ lane: Lane) async throws -> Int64 {
    let partitions = (0..<2).map { TopicPartition(topic: topics.lane(lane), partition: Int32($0)) }
    return try await admin.committed(group: groups.lane(lane), partitions).values.reduce(0) { $0 + $1.offset }
  }
}

extension OutcomeMessage {
  subscript(_ system: String) -> SystemOutcome? { systems.first { $0.name == system } }
  var results: [String: SystemOutcome.Result] {
    Dictionary(uniqueKeysWithValues: systems.map { ($0.name, $0.result) })
  }
}

extension KafkaMessage {
  func header(_ name: String) -> String? {
    headers.first { $0.name == name }?.value.map { String(decoding: $0, as: UTF8.self) }
  }
}

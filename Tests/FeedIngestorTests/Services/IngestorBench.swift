import ItemModel
import KafkaClient
import Lifecycle
import Migrations
import PostgresClient
import SpecParser
import SystemsFile
import Telemetry
import TestKit

@testable import FeedIngestor

/// A fresh database and an embedded Kafka, and ingestors on them as several processes would have them: each with its own
/// connections, the last with a single one. A test runs the services that it is about.
struct IngestorBench {
  let kafka: EmbeddedKafka
  let admin: KafkaAdmin
  let log = CapturedLog()
  let topics = TopicNames()
  let pools: [PostgresPool]
  let producer: KafkaProducer
  private let configuration: IngestConfiguration
  private let kafkaConfiguration: KafkaConfiguration

  private init(_ url: String, _ configuration: IngestConfiguration, kafkaLimit: Duration) async throws {
    self.configuration = configuration
    kafka = try EmbeddedKafka()
    kafkaConfiguration = KafkaConfiguration(
      bootstrap: kafka.bootstrap, properties: Patience.sessionProperties)
    for topic in topics.all { try kafka.createTopic(topic, partitions: 1) }
    admin = try KafkaAdmin(
      kafkaConfiguration, capabilities: EmbeddedKafka.capabilities, limit: kafkaLimit, logger: .silent)
    var options = KafkaProducerOptions()
    options.deliveryTimeout = kafkaLimit
    producer = try KafkaProducer(kafkaConfiguration, options: options, logger: .silent)
    pools = try [8, 8, 1].map { size in
      var configuration = Patience.postgres(url)
      configuration.size = size
      return try PostgresPool(configuration: configuration, logger: .silent)
    }
    _ = try await Migrator(pool: pools[0], logger: .silent).apply()
  }

  /// - Parameter kafkaLimit: how long Kafka is waited for; short only where it is away.
  static func run(
    _ configure: (inout IngestConfiguration) -> Void = { _ in }, kafkaLimit: Duration = Patience.limit,
    _ body: (IngestorBench) async throws -> Void
  ) async throws {
    var configuration = IngestConfiguration()
    configure(&configuration)
    try await withDatabase { url in
      let bench = try await IngestorBench(url, configuration, kafkaLimit: kafkaLimit)
      let result: Result<Void, any Error>
      do { result = .success(try await body(bench)) } catch { result = .failure(error) }
      await bench.producer.stop(within: .zero)
      bench.kafka.stop()
      for pool in bench.pools { await pool.shutDown() }
      try result.get()
    }
  }

  /// What the services of one of the processes share.
  func context(_ process: Int = 0) throws -> IngestContext {
    let graph = try SystemsFile.read(SystemsFile.reference, file: "systems.yaml", environment: [:]).graph
    return try Ingestor(
      configuration: configuration, specs: try SpecCatalogue(), graph: graph, pool: pools[process],
      kafka: kafkaConfiguration, producer: producer, admin: admin, cluster: "test", topics: topics,
      groups: GroupNames(), metrics: MetricsRegistry(), logger: Logger(label: "test", level: .debug, sink: log)
    ).context
  }

  /// Runs a service while `body` runs, then stops it in good order.
  func running(_ service: any Service, _ body: () async throws -> Void) async throws {
    let shutdown = GracefulShutdown()
    let running = Task { try await service.run(ServiceRun(shutdown: shutdown)) }
    let result: Result<Void, any Error>
    do { result = .success(try await body()) } catch { result = .failure(error) }
    shutdown.request()
    try await running.end()
    try result.get()
  }

  /// Applies events that come from nowhere, so that no position is needed. What they dispatch is not published.
  @discardableResult
  func apply(_ key: ItemKey, _ event: ItemEvent) async throws -> [OutboxMessage] {
    let batch = ApplyBatch(entries: [ApplyBatch.Entry(key: key, event: event)])
    return try await context().applier.apply(batch, slot: 0).messages
  }

  /// Takes a grid of costs in, as the door does.
  @discardableResult
  func submit(
    _ grid: String, mode: FeedMode = .apply, policy: FeedPolicy = .eachRow, idempotencyKey: String? = nil
  ) async throws -> FeedReceipt {
    let context = try context()
    let store = FeedStore(pool: context.pool, configuration: context.configuration, specs: context.specs)
    var upload = try await store.begin(
      FeedSubmission(
        merchant: try unwrap(MerchantID("acme")), spec: "cost", mode: mode, policy: policy, correlationID: "c",
        idempotencyKey: idempotencyKey))
    try await upload.write(Array(grid.utf8))
    return try await upload.finish()
  }

  /// Reads feeds until all have been read.
  func readFeeds() async throws {
    try await running(try FeedService(context: try context())) {
      try await eventually("the feeds are read") {
        try await number("SELECT count(*) FROM feed WHERE NOT is_read") == 0
      }
    }
  }

  func execute(_ sql: String) async throws {
    _ = try await pools[0].withConnection { try await $0.execute(PostgresStatement(sql)) }
  }

  func number(_ sql: String) async throws -> Int64 {
    try await pools[0].withConnection { try await $0.execute(PostgresStatement(sql)).int8(0, 0) }
  }

  var dispatches: Int64 { get async throws { try await number("SELECT count(*) FROM outbox") } }
  /// Dispatches that are noted to stand in a topic.
  var published: Int64 {
    get async throws { try await number("SELECT count(*) FROM published WHERE partition >= 0") }
  }

  /// How many records a topic has.
  func end(of topic: String) async throws -> Int64 {
    let partition = TopicPartition(topic: topic, partition: 0)
    return try await admin.watermarks([partition])[partition]?.high ?? -1
  }

  /// Takes what stands in a lane as a worker would that dies before it tells the outcome.
  /// - Parameter beforeCommit: called when it was read and is not committed.
  func takeFromLane(_ lane: Lane, beforeCommit: () -> Void = {}) async throws {
    let context = try context()
    let consumer = try KafkaConsumer(
      context.kafka, group: context.groups.lane(lane), topics: [topics.lane(lane)], logger: .silent)
    var epoch: UInt64 = 0
    reading: while let event = try await consumer.next() {
      switch event {
      case .assigned(let assignment):
        epoch = assignment.epoch
        try await assignment.start(at: Dictionary(assignment.partitions.map { ($0, .beginning) }) { $1 })
      case .revoked(let revocation): await revocation.complete()
      case .records(let batches):
        beforeCommit()
        let ends = Dictionary(batches.map { ($0.topicPartition, KafkaCommit(offset: $0.next)) }) { $1 }
        try await consumer.commit(ends, epoch: epoch)
        break reading
      }
    }
    await consumer.stop(within: .zero)
  }
}

extension Task where Failure == any Error {
  /// Its result. A test whose time is up cancels it, rather than wait for it for ever.
  func end() async throws -> Success {
    try await withTaskCancellationHandler {
      try await value
    } onCancel: {
      cancel()
    }
  }
}

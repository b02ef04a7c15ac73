internal import Crypto
public import ItemModel
public import KafkaClient
public import Lifecycle
internal import MessageProxy
public import PostgresClient
public import SpecParser
public import Telemetry

/// The feed ingestor of one process: everything that brings events into items.
public struct Ingestor: Sendable {
  let context: IngestContext

  /// - Parameters:
  ///   - producer: publishes dispatches and dead letters; the caller stops it after the services have ended.
  ///   - cluster: the Kafka cluster's identity.
  /// - Throws: when no random bytes are to be had.
  public init(
    configuration: IngestConfiguration, specs: SpecCatalogue, graph: SystemGraph, pool: PostgresPool,
    kafka: KafkaConfiguration,
    producer: KafkaProducer, admin: KafkaAdmin, cluster: String, topics: TopicNames, groups: GroupNames,
    metrics: MetricsRegistry, logger: Logger
  ) throws {
    let logger = logger.labelled("ingest")
    let applier = Applier(pool: pool, machine: configuration.machine(graph), cluster: cluster)
    context = IngestContext(
      configuration: configuration, specs: specs, pool: pool, kafka: kafka, admin: admin, groups: groups,
      topics: topics,
      applier: applier, relay: Relay(producer: producer, topics: topics, pool: pool, logger: logger),
      deadLetters: DeadLetterWriter(producer: producer), metrics: IngestMetrics(metrics), logger: logger,
      // Rows of different processes lie apart, as far as chance goes; where not, they wait a little for each other.
      slotBase: Int16(try randomBytes(1)[0]) * 16)
  }

  /// The services that have to run, in the order of their start.
  public func services() throws -> [any Service] {
    let readers = try (0..<context.configuration.readers).map { try TopicReader(number: $0, context: context) }
    return [Housekeeping(context: context)] + readers + [
      TimerWheel(context: context), try FeedService(context: context),
    ]
  }
}

extension IngestConfiguration {
  func machine(_ graph: SystemGraph) -> ItemMachine {
    var policy = RetryPolicy()
    policy.leaseTimeout = leaseTimeout
    policy.retryFor = [.price: retryFor, .setup: retryFor, .bulk: bulkRetryFor]
    policy.backoff = backoff
    policy.maxBackoff = maxBackoff
    return ItemMachine(
      graph: graph, policy: policy, limits: ItemLimits(maxWindows: maxWindows, maxBytes: maxItemBytes))
  }
}

public import HTTPCaller
public import ItemModel
public import KafkaClient
public import Lifecycle
internal import MessageProxy
public import RedisClient
public import Telemetry

/// Takes the lanes' messages, delivers each item's snippets to the systems in the graph's order, and reports one outcome
/// per message. A message counts as done once Kafka has its outcome, so that a crash repeats it; systems know repeats by
/// their idempotency key.
public final class Orchestrator: Sendable {
  let configuration: OrchestratorConfiguration
  private let kafka: KafkaConfiguration
  private let producer: KafkaProducer
  private let topics: TopicNames
  private let groups: GroupNames
  private let lanes: [Lane]
  private let metrics: OrchestratorMetrics
  private let registry: MetricsRegistry
  private let logger: Logger
  private let engine: Engine
  private let messageDeadline: Duration

  /// - Parameters:
  ///   - producer: for outcomes, Kafka systems and dead letters; like the other clients the caller's to stop, after the
  ///     services have ended.
  ///   - caller: for deliveries; see `HTTPCallerConfiguration.makeRoom(for:)`.
  ///   - lookupCaller: for look-ups; the same when nil.
  ///   - lanes: the lanes that this process serves.
  public init(
    configuration: OrchestratorConfiguration = OrchestratorConfiguration(), graph: SystemGraph,
    kafka: KafkaConfiguration, producer: KafkaProducer, caller: HTTPCaller, lookupCaller: HTTPCaller? = nil,
    redis: RedisClient? = nil, topics: TopicNames, groups: GroupNames, lanes: [Lane] = Lane.allCases,
    metrics: MetricsRegistry, logger: Logger
  ) {
    self.configuration = configuration
    self.kafka = kafka
    self.producer = producer
    self.topics = topics
    self.groups = groups
    self.lanes = lanes
    self.logger = logger
    registry = metrics
    self.metrics = OrchestratorMetrics(graph, metrics)
    engine = Engine(graph: graph, serviceLevels: configuration.serviceLevels, metrics: self.metrics)
    messageDeadline = configuration.messageDeadline ?? configuration.longestMessage(in: graph)
    let weights = configuration.shares.filter { lanes.contains($0.key) }
    let wiring = Wiring(
      configuration: configuration, graph: graph, producer: producer, caller: caller,
      lookupCaller: lookupCaller ?? caller, redis: redis, topics: topics, weights: weights, metrics: self.metrics,
      registry: metrics, logger: logger)
    wiring.connect(engine)
  }

  deinit { engine.stop() }

  /// The lanes' reader, to be run by a service group. At a shutdown it takes in nothing more, finishes what is in flight
  /// within `drainLimit`, and commits.
  /// - Throws: `configuration` for a pool that holds nothing.
  public func services() throws(OrchestratorError) -> [any Service] {
    for lane in lanes where configuration.pools[lane, default: 0] < 1 {
      throw OrchestratorError(code: .configuration, message: "the pool of lane \(lane.name) must hold a message")
    }
    return [LanesService(lanes: lanes, orchestrator: self)]
  }

  func subscription(
    to lane: Lane, onOverdue: @escaping @Sendable (OverdueDelivery) -> Void
  ) throws(KafkaError) -> Subscription {
    var options = configuration.subscription
    options.inFlightLimit = configuration.pools[lane, default: 1]
    options.handlerDeadline = messageDeadline
    options.onOverdue = onOverdue
    let consumer = try KafkaConsumer(
      kafka, group: groups.lane(lane), topics: [topics.lane(lane)], logger: logger)
    let intake = LaneIntake(lane: lane, engine: engine, metrics: metrics.lane(lane), logger: logger)
    let subscription = Subscription(
      consumer: consumer, handler: intake, deadLetters: DeadLetterWriter(producer: producer), options: options,
      logger: logger)
    registry.gauge(
      "hyperloop_lane_waiting", help: "Lane messages that were read and are not taken up yet.",
      labels: ["lane": lane.name]
    ) { [weak subscription] in subscription.map { Double($0.statistics.waiting) } }
    return subscription
  }
}

internal import HTTPCaller
internal import ItemModel
internal import KafkaClient
internal import ReadCache
internal import RedisClient
internal import Telemetry

/// Makes an engine's senders and look-ups as the systems file has them.
struct Wiring {
  let configuration: OrchestratorConfiguration
  let graph: SystemGraph
  let producer: KafkaProducer
  let caller: HTTPCaller
  let lookupCaller: HTTPCaller
  let redis: RedisClient?
  let topics: TopicNames
  let weights: [Lane: Double]
  let metrics: OrchestratorMetrics
  let registry: MetricsRegistry
  let logger: Logger

  func connect(_ engine: Engine) {
    let limits = configuration.deliveryLimits
    let senders = graph.systems.enumerated().map { index, system -> any SystemSender in
      switch system.transport {
      case .rest(let endpoint):
        RESTSender(
          name: system.name, endpoint: endpoint, limits: limits, weights: weights, caller: caller, host: engine,
          metrics: metrics.system(index), logger: logger)
      case .kafka(let topic, let acknowledges):
        KafkaSender(
          name: system.name, topic: topics.system(topic), acknowledges: acknowledges != nil, producer: producer,
          host: engine)
      }
    }
    let outcomes = OutcomeWriter(
      topic: topics.outcomes, producer: producer, retryPause: configuration.outcomeRetryPause, host: engine,
      logger: logger)
    engine.connect(
      senders: senders, desks: graph.lookups.enumerated().map { desk($1, index: $0, of: engine) }, outcomes: outcomes)
  }

  private func desk(_ lookup: Lookup, index: Int, of engine: Engine) -> LookupDesk {
    let loader = LookupLoader(
      lookup: lookup, limits: configuration.lookupLimits, caller: lookupCaller,
      requests: registry.histogram(
        "hyperloop_lookup_request_seconds", help: "Requests to a look-up's source.", labels: ["lookup": lookup.name]),
      host: engine)
    var cache = ReadCacheConfiguration(name: lookup.name, lifetime: lookup.cache)
    cache.prefix = configuration.cachePrefix
    cache.absentLifetime = min(configuration.absentLifetime, .seconds(5))
    cache.maxEntries = configuration.maxCachedAnswers
    cache.maxBytes = configuration.maxCachedBytes
    let desk = LookupDesk(lookup, index: index, cache: cache, loader: loader, redis: redis, host: engine) {
      [weak engine] desk, answers in engine?.answered(desk, answers)
    }
    OrchestratorMetrics.show(desk.cache, of: lookup.name, registry)
    return desk
  }
}

extension OrchestratorConfiguration {
  var deliveryLimits: DeliveryLimits {
    DeliveryLimits(
      maxWaiting: maxWaitingPerSystem, maxWait: maxWait, linger: batchLinger, maxBatchBytes: maxBatchBytes,
      maxAnswerBytes: maxAnswerBytes,
      circuit: SystemCircuit.Policy(
        failures: max(1, circuitFailures), openFor: circuitOpenFor, openAtMost: circuitOpenAtMost,
        probes: max(1, circuitProbes)))
  }

  var lookupLimits: LookupLimits {
    LookupLimits(maxWaiting: maxWaitingPerSystem, maxWait: maxWait, maxAnswerBytes: maxAnswerBytes)
  }

  /// More than a message can take if nothing is stuck: its look-ups, then each system after the other with all the halves
  /// of a refused batch, then the outcome.
  func longestMessage(in graph: SystemGraph) -> Duration {
    let lookups = graph.lookups.map { maxWait + $0.timeout * 2 }.max() ?? .zero
    let systems = graph.systems.reduce(Duration.zero) { sum, system in
      switch system.transport {
      case .rest(let endpoint):
        let requests = (endpoint.batch ?? 1) > 1 ? Int.bitWidth - (endpoint.batch ?? 1).leadingZeroBitCount + 1 : 1
        return sum + maxWait + endpoint.timeout * requests + .seconds(2)
      case .kafka: return sum + .seconds(150)
      }
    }
    return lookups + systems + .seconds(150) + .seconds(30)
  }
}

internal import ItemModel
internal import JSONCodec
internal import ReadCache
internal import Telemetry

/// Everything that the orchestrator measures.
struct OrchestratorMetrics: Sendable {
  private let systems: [SystemMetrics]
  private let lanes: [LaneMetrics]
  let outcomeFailures: Counter

  init(_ graph: SystemGraph, _ registry: MetricsRegistry) {
    systems = graph.systems.map { SystemMetrics($0.name, registry) }
    lanes = Lane.allCases.map { LaneMetrics($0, registry) }
    outcomeFailures = registry.counter(
      "hyperloop_outcome_failures_total", help: "Outcomes that Kafka did not take at once; they are tried again.")
  }

  /// By its place in the graph.
  func system(_ index: Int) -> SystemMetrics { systems[index] }
  func lane(_ lane: Lane) -> LaneMetrics { lanes[Int(lane.rawValue)] }

  /// Shows a look-up's cache.
  static func show(_ cache: ReadCache<JSONValue>, of lookup: String, _ registry: MetricsRegistry) {
    let counts: [(String, @Sendable (ReadCacheStatistics) -> UInt64)] = [
      ("local_hit", { $0.localHits }), ("redis_hit", { $0.redisHits }), ("coalesced", { $0.coalesced }),
      ("load", { $0.loads }), ("load_failure", { $0.loadFailures }), ("redis_failure", { $0.redisFailures }),
    ]
    for (event, read) in counts {
      registry.counter(
        "hyperloop_lookup_events_total", help: "How look-ups were answered.",
        labels: ["lookup": lookup, "event": event]
      ) { [weak cache] in cache.map { Double(read($0.statistics)) } }
    }
    registry.gauge(
      "hyperloop_lookup_entries", help: "Answers that are kept in memory.", labels: ["lookup": lookup]
    ) { [weak cache] in cache.map { Double($0.statistics.entries) } }
  }
}

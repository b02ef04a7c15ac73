internal import ItemModel
internal import Telemetry

/// What is measured of one lane.
struct LaneMetrics: Sendable {
  let messages: Counter
  let unreadable: Counter
  let inFlight: Gauge
  /// From a version's first attempt to its outcome.
  let age: Histogram

  init(_ lane: Lane, _ registry: MetricsRegistry) {
    messages = registry.counter(
      "hyperloop_lane_messages_total", help: "Lane messages that ended with an outcome.", labels: ["lane": lane.name])
    unreadable = registry.counter(
      "hyperloop_lane_unreadable_total", help: "Lane messages that nobody can read.", labels: ["lane": lane.name])
    inFlight = registry.gauge(
      "hyperloop_lane_in_flight", help: "Lane messages that were taken up and have no outcome yet.",
      labels: ["lane": lane.name])
    age = registry.histogram(
      "hyperloop_lane_age_seconds", help: "From a version's first attempt to an outcome.",
      buckets: [0.01, 0.1, 0.5] + Histogram.longSeconds, labels: ["lane": lane.name])
  }
}

internal import Telemetry

/// How often a route answered, by status class, and how long it took.
struct RouteMetrics: Sendable {
  private let classes: [Counter]
  private let seconds: Histogram

  init(_ registry: MetricsRegistry, route: String) {
    classes = (2...5).map { first in
      registry.counter(
        "hyperloop_http_requests_total", help: "Requests answered, by route and class of status.",
        labels: ["route": route, "class": "\(first)xx"])
    }
    seconds = registry.histogram(
      "hyperloop_http_request_seconds", help: "From a request's handler to its answer, by route.",
      labels: ["route": route])
  }

  func record(status: Int, since start: ContinuousClock.Instant) {
    let place = status / 100 - 2
    if classes.indices.contains(place) { classes[place].increment() }
    seconds.observe(start.duration(to: .now))
  }
}

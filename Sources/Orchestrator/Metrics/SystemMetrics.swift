internal import ItemModel
internal import Telemetry

/// What is measured of one system.
struct SystemMetrics: Sendable {
  private struct PerLane: Sendable {
    let results: [SystemOutcome.Result: Counter]
    let latency: Histogram
    let inFlight: Gauge
  }

  private let lanes: [PerLane]
  private let circuit: Gauge
  /// Requests over HTTP, of which each may carry many deliveries.
  let requests: Histogram

  init(_ name: String, _ registry: MetricsRegistry) {
    let all: [SystemOutcome.Result] = [.accepted, .sent, .superseded, .dataError, .systemError, .notAttempted]
    lanes = Lane.allCases.map { lane in
      PerLane(
        results: Dictionary(
          uniqueKeysWithValues: all.map { result in
            (
              result,
              registry.counter(
                "hyperloop_deliveries_total", help: "What became of systems' parts of messages.",
                labels: ["system": name, "lane": lane.name, "result": result.rawValue])
            )
          }),
        latency: registry.histogram(
          "hyperloop_delivery_seconds", help: "From a rendered snippet to its result, waiting included.",
          labels: ["system": name, "lane": lane.name]),
        inFlight: registry.gauge(
          "hyperloop_deliveries_in_flight", help: "Snippets handed to a system's sender that have no result yet.",
          labels: ["system": name, "lane": lane.name]))
    }
    circuit = registry.gauge(
      "hyperloop_circuit_state", help: "A system's circuit: 0 closed, 1 half open, 2 open.", labels: ["system": name])
    requests = registry.histogram(
      "hyperloop_system_request_seconds", help: "Requests to a system over HTTP.", labels: ["system": name])
  }

  func count(_ result: SystemOutcome.Result, _ lane: Lane) { lanes[Int(lane.rawValue)].results[result]?.increment() }
  func began(_ lane: Lane) { lanes[Int(lane.rawValue)].inFlight.add(1) }

  func ended(_ lane: Lane, after duration: Duration) {
    lanes[Int(lane.rawValue)].inFlight.add(-1)
    lanes[Int(lane.rawValue)].latency.observe(duration)
  }

  func showCircuit(_ state: SystemCircuit.State) { circuit.set(state.rawValue) }
}

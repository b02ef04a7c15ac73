public import HTTPCaller
public import ItemModel

extension HTTPCallerConfiguration {
  /// Raises the limits to what the systems and look-ups may ask for at once, so that those behind one host never wait for
  /// each other's places: there a call's own time limit already runs.
  public mutating func makeRoom(for graph: SystemGraph) {
    var calls = graph.lookups.map { (url: $0.url.text, concurrency: $0.concurrency) }
    for system in graph.systems {
      if case .rest(let endpoint) = system.transport { calls.append((endpoint.url, endpoint.concurrency)) }
    }
    var hosts: [String: Int] = [:]
    for (url, concurrency) in calls { hosts[(try? HTTPRequest.host(ofURL: url)) ?? url, default: 0] += concurrency }
    callsPerHost = max(callsPerHost, hosts.values.max() ?? 0)
    callsInFlight = max(callsInFlight, hosts.values.reduce(0, +))
  }
}

import HTTPServer
import ItemModel
import Synchronization
import Telemetry
import TestKit
import Testing

@testable import Orchestrator

@Suite(.timeLimit(.minutes(5))) struct LookupTests {
  /// - Parameter timeout: of the look-ups; short only where one is to run into it.
  private func systems(_ server: SystemServer, timeout: String = "5m") throws -> SystemGraph {
    try graph(
      """
      systems:
        plain: { url: "\(server.url)/plain", consumes: [cost], snippet: { v: "{version}" } }
        one: { url: "\(server.url)/one", consumes: [cost], snippet: { id: "{lookup.offer.id}" } }
        two: { url: "\(server.url)/two", consumes: [cost], after: [one], snippet: { t: "{lookup.offer.types[gtin]}" } }
        needy: { url: "\(server.url)/needy", consumes: [cost], snippet: { p: "{seller.name}" } }
      lookups:
        offer: { url: "\(server.url)/offers/{merchantId}/{gtin14}", timeout: \(timeout), concurrency: 2, cache: 20m }
      """)
  }

  @Test func answersAreLoadedOnceAndMissingOnesAreSystemErrors() async throws {
    let server = try SystemServer { request in
      switch request.path {
      case "/offers/m-1/\(gtin(1))": .json(Array(#"{"id":"abc","types":{"\#(gtin(1))":"DSV"}}"#.utf8))
      case "/offers/m-1/\(gtin(2))": .empty(status: 404)
      case "/offers/m-1/\(gtin(3))": .empty(status: 500)
      case "/offers/m-1/\(gtin(4))": .json(Array(#"{"id":"abc"}"#.utf8))
      case "/offers/m-1/\(gtin(5))": await Self.slow()
      case let path where path.hasPrefix("/offers"): .json(Array("nonsense".utf8))
      default: .empty(status: 200)
      }
    }
    let bench = try RoadBench("lookups")
    let names = ["plain", "one", "two", "needy"]
    try await bench.send(try (1...6).map { try laneMessage(names, gtin: gtin($0), version: Int64($0)) })
    try await bench.running(bench.orchestrator(try systems(server, timeout: "10s"))) {
      try await eventually { server.received("/two").count == 1 }
      try await bench.send([try laneMessage(names, gtin: gtin(1), version: 7)])
      let outcomes = try await bench.outcomes(7)
      for outcome in outcomes {
        #expect(outcome["plain"]?.result == .accepted)
        #expect(outcome["needy"]?.result == .dataError && outcome["needy"]?.code == "missing_attribute")
        #expect(outcome["needy"]?.description == "seller.name")
      }
      #expect(outcomes[0]["one"]?.result == .accepted && outcomes[0]["two"]?.result == .accepted)
      let codes = outcomes[1...5].map { $0["one"]?.code }
      #expect(codes == ["lookup_missing", "lookup_failed", nil, "timeout", "lookup_failed"])
      #expect(outcomes[1]["one"]?.result == .systemError && outcomes[1]["two"]?.result == .notAttempted)
      #expect(outcomes[3]["one"]?.result == .accepted && outcomes[3]["two"]?.code == "lookup_missing")
      #expect(outcomes[3]["two"]?.description == "lookup.offer.types[\(gtin(4))]")
      #expect(outcomes[6]["two"]?.result == .accepted)
      #expect(server.received("/offers/m-1/\(gtin(1))").count == 1)
      #expect(server.received("/one").map(\.text).contains(#"{"id":"abc"}"#))
      #expect(server.received("/two").first?.text == #"{"t":"DSV"}"#)
      let events = bench.registry.text().split(separator: "\n").filter { $0.contains(#"lookup="offer",event="load"}"#) }
      #expect(events == [#"hyperloop_lookup_events_total{lookup="offer",event="load"} 6"#])
    }
    await server.stop()
  }

  @Test func aSourceThatIsDownIsLeftAlone() async throws {
    let server = try SystemServer { request in .empty(status: request.path.hasPrefix("/offers") ? 503 : 200) }
    let bench = try RoadBench("source-down")
    try await bench.send(
      try (1...30).map { try laneMessage(["plain", "one"], gtin: gtin($0), version: Int64($0)) })
    let orchestrator = bench.orchestrator(try systems(server)) {
      $0.circuitFailures = 3
      $0.circuitOpenFor = .seconds(300)
    }
    try await bench.running(orchestrator) {
      let outcomes = try await bench.outcomes(30)
      #expect(outcomes.allSatisfy { $0["plain"]?.result == .accepted && $0["one"]?.code == "lookup_failed" })
      #expect(outcomes.contains { ($0["one"]?.retryAfter ?? .zero) > .seconds(200) })
      // Two may be under way when the third fails.
      #expect(server.received("/offers").count <= 5)
    }
    await server.stop()
  }

  @Test func aSourceThatIsMisconfiguredAlarms() async throws {
    let server = try SystemServer { request in .empty(status: request.path.hasPrefix("/offers") ? 401 : 200) }
    let bench = try RoadBench("source-misconfigured")
    let log = CapturedLog()
    try await bench.send(try (1...20).map { try laneMessage(["one"], gtin: gtin($0), version: Int64($0)) })
    let orchestrator = bench.orchestrator(try systems(server), logger: Logger(label: "test", sink: log)) {
      $0.circuitOpenFor = .seconds(300)
    }
    try await bench.running(orchestrator) {
      let outcomes = try await bench.outcomes(20)
      #expect(outcomes.allSatisfy { $0["one"]?.result == .systemError && $0["one"]?.code == "lookup_failed" })
      #expect(log.events.contains { $0.level == .error && $0.message.contains("lookup misconfigured") })
      // Two may be under way when the first is refused.
      #expect(server.received("/offers").count <= 2)
    }
    await server.stop()
  }

  private static func slow() async -> HTTPServerResponse {
    try? await Task.sleep(for: .seconds(300))
    return .empty(status: 200)
  }
}

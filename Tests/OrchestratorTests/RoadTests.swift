import Crypto
import HTTPServer
import ItemModel
import JSONCodec
import KafkaClient
import Lifecycle
import Synchronization
import Telemetry
import TestKit
import Testing

@testable import Orchestrator

@Suite(.timeLimit(.minutes(5))) struct RoadTests {
  @Test func aMessageGoesThroughItsSystemsInOrder() async throws {
    let server = try SystemServer { request in
      if request.path == "/a" { try? await Task.sleep(for: .milliseconds(50)) }
      return request.path == "/c" ? .json(Array(#"[{"status":200}]"#.utf8)) : .empty(status: 200)
    }
    let bench = try RoadBench("order", systemTopics: ["k", "s"])
    let systems = try graph(
      """
      systems:
        a: { url: "\(server.url)/a", consumes: [cost], snippet: { cost: "{cost}" } }
        b: { url: "\(server.url)/b", consumes: [cost], snippet: { gtin: "{gtin}" } }
        c: { url: "\(server.url)/c", consumes: [cost], after: [a, b], batch: 5, snippet: { v: "{version}" } }
        k: { topic: k, consumes: [cost], after: [c], snippet: { price: "{pricing.price}" } }
        s: { topic: s, consumes: [cost], acknowledges: 1m, snippet: { s: 1 } }
        z: { url: "\(server.url)/z", consumes: [cost], after: [s], snippet: { z: 1 } }
      """)
    try await bench.send([try laneMessage(["a", "b", "c", "k", "s", "z", "gone"])])
    try await bench.running(bench.orchestrator(systems)) {
      let outcome = try #require(try await bench.outcomes(1).first)
      #expect(
        outcome.results == [
          "a": .accepted, "b": .accepted, "c": .accepted, "k": .accepted, "s": .sent, "z": .notAttempted,
          "gone": .systemError,
        ])
      #expect(outcome["gone"]?.code == "unknown_system")
      #expect(outcome["a"]?.digest == Digest(sha256: Array("a".utf8)) && outcome["a"]?.status == 200)
      #expect(outcome.lease == 1 && outcome.version == 7 && outcome.correlationID == "corr-1")
      #expect(server.received.map(\.path).last == "/c" && server.received.count == 3)
      #expect(server.received("/a").first?.text == #"{"cost":{"a":1}}"#)
      #expect(
        server.received("/c").first.flatMap { try? JSONDocument($0.body).root.elements.first { _ in true } }?[
          "snippet"]?["v"]?.int64 == 7)
      try await eventually("the commit") { try await bench.committed(.setup) == 1 }
    }
    let record = try #require(try await bench.read(bench.topics.system("k"), count: 1).first)
    #expect(record.key == Array("m-1/00062145556123".utf8))
    #expect(record.value.map { String(decoding: $0, as: UTF8.self) } == #"{"price":5}"#)
    #expect(record.header("Idempotency-Key") == "m-1/00062145556123/k/7")
    #expect(record.header("X-Item-Version") == "7" && record.header("X-Lane") == "setup")
    #expect(record.header("X-Gtin") == "00062145556123" && record.header("X-Correlation-Id") == "corr-1")
    let text = bench.registry.text()
    #expect(text.contains(#"hyperloop_deliveries_total{system="a",lane="setup",result="ACCEPTED"} 1"#))
    #expect(text.contains(#"hyperloop_lane_messages_total{lane="setup"} 1"#))
    #expect(text.contains(#"hyperloop_lane_in_flight{lane="setup"} 0"#))
    await server.stop()
  }

  @Test func whatANewerMessageWillUpdateIsLeftOut() async throws {
    let gate = Gate()
    let server = try SystemServer { _ in
      await gate.wait()
      return .empty(status: 200)
    }
    let bench = try RoadBench("superseded")
    let systems = try graph(
      """
      systems:
        a: { url: "\(server.url)/a", consumes: [cost], timeout: 5m, snippet: { v: "{version}" } }
        b: { url: "\(server.url)/b", consumes: [cost], after: [a], snippet: { v: "{version}" } }
        c: { url: "\(server.url)/c", consumes: [cost], timeout: 5m, snippet: { v: "{version}" } }
      """)
    try await bench.send([try laneMessage(["a"], version: 1)])
    try await bench.running(bench.orchestrator(systems)) {
      try await eventually { server.received.count == 1 }
      try await bench.send([(2, ["a", "b", "c"]), (3, ["a"])].map { try laneMessage($0.1, version: $0.0) })
      // They must wait in the queue before the first one ends.
      try await eventually { bench.registry.text().contains(#"hyperloop_lane_waiting{lane="setup"} 2"#) }
      gate.open()
      let outcomes = try await bench.outcomes(3)
      #expect(outcomes.map(\.version) == [1, 2, 3])
      #expect(outcomes[0].results == ["a": .accepted])
      #expect(outcomes[1].results == ["a": .superseded, "b": .notAttempted, "c": .accepted])
      #expect(outcomes[2].results == ["a": .accepted])
      #expect(server.received("/a").map(\.text) == [#"{"v":1}"#, #"{"v":3}"#])
    }
    await server.stop()
  }

  @Test func aMessageWhoseOutcomeWasNotProducedIsDoneAgain() async throws {
    let server = try SystemServer()
    let bench = try RoadBench("replay")
    let systems = try graph(
      #"systems: { a: { url: "\#(server.url)/a", consumes: [cost], snippet: { v: "{version}" } } }"#)
    try await bench.send([try laneMessage(["a"])])
    // A producer that reaches nobody stands for the crash between the delivery and the outcome.
    let deaf = try KafkaProducer(KafkaConfiguration(bootstrap: "127.0.0.1:1"), logger: .silent)
    let first = bench.orchestrator(systems, producer: deaf) { $0.drainLimit = .milliseconds(200) }
    try await bench.running(first) { try await eventually { server.received.count == 1 } }
    await deaf.stop(within: .zero)
    #expect(try await bench.committed(.setup) == 0)
    try await bench.running(bench.orchestrator(systems)) {
      #expect(try await bench.outcomes(1).first?.results == ["a": .accepted])
      try await eventually { try await bench.committed(.setup) == 1 }
    }
    let keys = server.received.map { $0.headers["Idempotency-Key"] }
    #expect(keys.count == 2 && Set(keys).count == 1)
    await server.stop()
  }

  @Test func anOutcomeThatIsTooLargeMakesADeadLetter() async throws {
    let server = try SystemServer()
    let bench = try RoadBench("refused")
    let systems = try graph(
      #"systems: { a: { url: "\#(server.url)/a", consumes: [cost], snippet: { v: "{version}" } } }"#)
    var options = KafkaProducerOptions()
    options.maxRecordBytes = 1_000
    let small = try KafkaProducer(bench.kafka, options: options, logger: .silent)
    let long = String(repeating: "x", count: 2_000)
    try await bench.send([try laneMessage(["a"], gtin: gtin(1), setupID: long)])
    try await bench.send([try laneMessage(["a"], gtin: gtin(2))])
    try await bench.running(bench.orchestrator(systems, producer: small)) {
      #expect(try await bench.outcomes(1).map(\.gtin) == [gtin(2)])
      let letter = try await bench.read(bench.topics.lane(.setup) + ".dlq", count: 1).first
      #expect(letter?.header("X-Dead-Letter-Code") == "outcome_too_large")
      #expect(letter?.header("X-Dead-Letter-Value-Bytes") != nil && letter?.value == nil)
      try await eventually("the commit") { try await bench.committed(.setup) == 2 }
    }
    await small.stop(within: .zero)
    await server.stop()
  }

  @Test func aKafkaThatIsAwayLongerThanAMessageMayTakeEndsNothing() async throws {
    let server = try SystemServer()
    let bench = try RoadBench("away")
    let systems = try graph(
      #"systems: { a: { url: "\#(server.url)/a", consumes: [cost], snippet: { v: "{version}" } } }"#)
    var options = KafkaProducerOptions()
    options.deliveryTimeout = .milliseconds(200)
    let deaf = try KafkaProducer(KafkaConfiguration(bootstrap: "127.0.0.1:1"), options: options, logger: .silent)
    try await bench.send([try laneMessage(["a"])])
    let orchestrator = bench.orchestrator(systems, producer: deaf) {
      $0.messageDeadline = .seconds(10)
      $0.drainLimit = .milliseconds(200)
    }
    try await bench.running(orchestrator) {
      try await eventually { server.received.count == 1 }
      let began = ContinuousClock.now
      // Ends by itself if the message counts as stuck, and then this throws.
      try await eventually { ContinuousClock.now - began > .seconds(12) }
      try await eventually { bench.registry.text().contains(#"hyperloop_lane_in_flight{lane="setup"} 0"#) }
    }
    await deaf.stop(within: .zero)
    await server.stop()
  }

  @Test func aMessageThatDoesNotEndEndsTheProcess() async throws {
    let gate = Gate()
    let server = try SystemServer { _ in
      await gate.wait()
      return .empty(status: 200)
    }
    let bench = try RoadBench("stuck")
    let systems = try graph(
      #"systems: { a: { url: "\#(server.url)/a", consumes: [cost], timeout: 5m, snippet: { v: "{version}" } } }"#)
    try await bench.send([try laneMessage(["a"])])
    let orchestrator = bench.orchestrator(systems) { $0.messageDeadline = .seconds(1) }
    let group = ServiceGroup(try orchestrator.services(), signals: [], logger: .silent)
    let failure = await #expect(throws: ServiceFailure.self) { try await group.run() }
    #expect((failure?.cause as? OrchestratorError)?.code == .overdue)
    gate.open()
    await server.stop()
  }

  @Test func aStopDrainsAllLanesAtOnce() async throws {
    let gate = Gate()
    let server = try SystemServer { _ in
      await gate.wait()
      return .empty(status: 200)
    }
    let bench = try RoadBench("stop-all")
    let log = CapturedLog()
    let systems = try graph(
      #"systems: { a: { url: "\#(server.url)/a", consumes: [cost], timeout: 5m, snippet: { v: "{version}" } } }"#)
    try await bench.send([.price, .setup].map { try laneMessage(["a"], gtin: gtin(Int($0.rawValue)), lane: $0) })
    let orchestrator = bench.orchestrator(
      systems, lanes: [.price, .setup], logger: Logger(label: "test", sink: log)
    ) { $0.drainLimit = Patience.limit }
    let group = ServiceGroup(
      try orchestrator.services(), signals: [], gracePeriod: Patience.limit, logger: .silent)
    let running = Task { try await group.run() }
    try await eventually { server.received.count == 2 }
    group.shutdown.request()
    // Both give their partitions back while neither is done.
    try await eventually("two revocations") { log.messages.count { $0 == "kafka partitions revoked" } == 2 }
    gate.open()
    try await running.value
    #expect(try await bench.outcomes(2).count == 2)
    await server.stop()
  }

  @Test func anUnreadableMessageIsADeadLetter() async throws {
    let server = try SystemServer()
    let bench = try RoadBench("unreadable")
    let systems = try graph(
      #"systems: { a: { url: "\#(server.url)/a", consumes: [cost], snippet: { v: "{version}" } } }"#)
    let bad = KafkaRecord(topic: bench.topics.lane(.setup), key: [0x61], value: Array("{".utf8))
    for result in await bench.producer.send([bad]) { _ = try result.get() }
    try await bench.send([try laneMessage(["a"])])
    try await bench.running(bench.orchestrator(systems)) {
      #expect(try await bench.outcomes(1).count == 1)
      let letter = try await bench.read(bench.topics.lane(.setup) + ".dlq", count: 1).first
      #expect(letter?.header("X-Dead-Letter-Code") == "unreadable")
    }
    await server.stop()
  }

  @Test func aStopFinishesWhatIsInFlight() async throws {
    let gate = Gate()
    let server = try SystemServer { _ in
      await gate.wait()
      return .empty(status: 200)
    }
    let bench = try RoadBench("stop")
    let systems = try graph(
      """
      systems:
        a: { url: "\(server.url)/a", consumes: [cost], timeout: 5m, snippet: { v: "{version}" } }
        b: { url: "\(server.url)/b", consumes: [cost], after: [a], snippet: { v: "{version}" } }
      """)
    try await bench.send((1...3).map { try laneMessage(["a", "b"], gtin: gtin($0)) })
    let group = ServiceGroup(
      try bench.orchestrator(systems) { $0.pools = [.setup: 2] }.services(), signals: [],
      gracePeriod: Patience.limit, logger: .silent)
    let running = Task { try await group.run() }
    try await eventually { server.received.count == 2 }
    group.shutdown.request()
    gate.open()
    try await running.value
    // Both steps of each that was begun; the third only if it was taken up before the request was heard.
    let begun = server.received.count / 2
    #expect(server.received.count == 2 * begun && (2...3).contains(begun))
    #expect(try await bench.outcomes(begun).allSatisfy { $0.results == ["a": .accepted, "b": .accepted] })
    #expect(try await bench.committed(.setup) <= Int64(begun))
    await server.stop()
  }

  @Test func manyItemsOverAllLanes() async throws {
    let server = try SystemServer { request in
      guard request.path == "/batch", let root = try? JSONDocument(request.body).root else {
        return .empty(status: 200)
      }
      // Time for others to come together meanwhile.
      try? await Task.sleep(for: .milliseconds(20))
      return .json(Array("[\(root.elements.map { _ in #"{"status":200}"# }.joined(separator: ","))]".utf8))
    }
    let bench = try RoadBench("many", systemTopics: ["k"])
    let systems = try graph(
      """
      systems:
        a: { url: "\(server.url)/a", consumes: [cost], snippet: { v: "{version}" } }
        k: { topic: k, consumes: [cost], snippet: { v: "{version}" } }
        c: { url: "\(server.url)/batch", consumes: [cost], after: [a], batch: 20, concurrency: 1, snippet: { v: "{version}" } }
      """)
    let messages = try (1...600).map { number in
      try laneMessage(
        ["a", "k", "c"], gtin: gtin(number), version: Int64(number), lane: Lane.allCases[number % 3])
    }
    try await bench.send(messages)
    try await bench.running(bench.orchestrator(systems, lanes: Lane.allCases)) {
      let outcomes = try await bench.outcomes(600)
      #expect(Set(outcomes.map(\.version)).count == 600)
      #expect(outcomes.allSatisfy { $0.results == ["a": .accepted, "k": .accepted, "c": .accepted] })
      #expect(server.received("/a").count == 600)
      let batches = try server.received("/batch").map { try JSONDocument($0.body).root.count }
      #expect(batches.reduce(0, +) == 600 && batches.count < 300)
    }
    await server.stop()
  }
}

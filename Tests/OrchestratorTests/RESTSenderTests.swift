import HTTPServer
import ItemModel
import JSONCodec
import Synchronization
import Telemetry
import TestKit
import Testing

@testable import Orchestrator

@Suite(.timeLimit(.minutes(5))) struct RESTSenderTests {
  @Test func aDeliveryCarriesTheContractsHeaders() async throws {
    let server = try SystemServer()
    let bench = SenderBench(server, headers: [("X-Api-Key", "secret")])
    try bench.send([1], lane: .price, snippet: #"{"a":"b"}"#, correlationID: "c\r\nX: y")
    #expect(try await bench.results(1) == [SystemResult(.accepted, status: 200)])
    let request = try #require(server.received.first)
    #expect(request.text == #"{"a":"b"}"#)
    #expect(request.headers["Content-Type"] == "application/json")
    #expect(request.headers["Idempotency-Key"] == "m-1/00000000000001/sys/7")
    #expect(request.headers["X-Merchant-Id"] == "m-1")
    #expect(request.headers["X-Gtin"] == "00000000000001")
    #expect(request.headers["X-Item-Version"] == "7")
    #expect(request.headers["X-Correlation-Id"] == "c__X: y")
    #expect(request.headers["X-Lane"] == "price")
    #expect(request.headers["X-Api-Key"] == "secret")
    let deadline = try #require(request.headers["X-Deadline"].flatMap { Instant(rfc3339: $0) })
    let ahead = deadline - Instant(microseconds: Timestamp.now.microseconds)
    #expect(ahead > .seconds(20) && ahead <= .seconds(60))
    await bench.stop()
    await server.stop()
  }

  @Test func failuresWithoutAnAnswer() async throws {
    let server = try SystemServer { _ in
      try? await Task.sleep(for: .seconds(300))
      return .empty()
    }
    let slow = SenderBench(server, timeout: .milliseconds(100))
    try slow.send([1])
    let late = try await slow.result(of: 1)
    #expect(late.result == .systemError && late.code == "timeout" && late.status == nil)
    await slow.stop()
    let gone = SenderBench(server, url: "http://127.0.0.1:1/x")
    try gone.send([1])
    let refused = try await gone.result(of: 1)
    #expect(refused.result == .systemError && refused.code == "connect_failed")
    await gone.stop()
    await server.stop()
  }

  @Test func theSystemsWishForARetryIsHandedOn() async throws {
    let server = try SystemServer { _ in HTTPServerResponse(status: 503, headers: [("Retry-After", "17")]) }
    let bench = SenderBench(server)
    try bench.send([1])
    #expect(try await bench.result(of: 1).retryAfter == .seconds(17))
    await bench.stop()
    await server.stop()
  }

  @Test func noMoreRequestsAtOnceThanTheSystemAllows() async throws {
    let most = Mutex((now: 0, most: 0))
    let server = try SystemServer { _ in
      most.withLock {
        $0.now += 1
        $0.most = max($0.most, $0.now)
      }
      // The first ones stay until there are as many as allowed; the rest has time to become more.
      try? await eventually { most.withLock { $0.most } >= 3 }
      try? await Task.sleep(for: .milliseconds(5))
      most.withLock { $0.now -= 1 }
      return .empty()
    }
    let bench = SenderBench(server, concurrency: 3)
    try bench.send(Array(1...40))
    #expect(try await bench.results(40).allSatisfy { $0.result == .accepted })
    #expect(most.withLock { $0.most } == 3)
    await bench.stop()
    await server.stop()
  }

  @Test func higherLanesGoFirst() async throws {
    let gate = Gate()
    let server = try SystemServer { _ in
      await gate.wait()
      return .empty()
    }
    let bench = SenderBench(server, concurrency: 1)
    try bench.send([1], lane: .bulk)
    try await eventually { server.received.count == 1 }
    try bench.send([2, 3], lane: .bulk)
    try bench.send([4], lane: .setup)
    try bench.send([5], lane: .price)
    gate.open()
    _ = try await bench.results(5)
    #expect(server.received.map { $0.headers["X-Lane"] } == ["bulk", "price", "setup", "bulk", "bulk"])
    await bench.stop()
    await server.stop()
  }

  @Test func whatWaitsTooLongOrTooMuchEnds() async throws {
    let gate = Gate()
    let server = try SystemServer { _ in
      await gate.wait()
      return .empty()
    }
    let bench = SenderBench(server, concurrency: 1) {
      $0.maxWaitingPerSystem = 3
      $0.maxWait = .milliseconds(50)
    }
    try bench.send([1])
    try await eventually { server.received.count == 1 }
    try bench.send([2, 3, 4, 5])
    #expect(try await bench.result(of: 5).code == "overloaded")
    bench.flush(after: .milliseconds(60))
    for number in 2...4 { #expect(try await bench.result(of: number).code == "overloaded") }
    gate.open()
    #expect(try await bench.result(of: 1).result == .accepted)
    #expect(server.received.count <= 2)
    await bench.stop()
    await server.stop()
  }

  // MARK: Batches

  /// Answers entry by entry: items whose number ends with 3 are refused.
  private static let entries: SystemServer.Answer = { request in
    guard let root = try? JSONDocument(request.body).root else { return .empty(status: 500) }
    let answers = root.elements.map { entry in
      entry["gtin"]?.string?.hasSuffix("3") == true
        ? #"{"status":422,"code":"three","description":"no threes"}"# : #"{"status":200}"#
    }
    return .json(Array("[\(answers.joined(separator: ","))]".utf8))
  }

  @Test func aBatchCarriesManyAndIsAnsweredEntryByEntry() async throws {
    let server = try SystemServer(Self.entries)
    let bench = SenderBench(server, batch: 10)
    try bench.send(Array(1...25))
    let results = try await bench.results(25)
    #expect(results.map(\.result) == (1...25).map { $0 % 10 == 3 ? .dataError : .accepted })
    #expect(results[2] == .dataError("three", "no threes", status: 422))
    let sizes = try server.received.map { try JSONDocument($0.body).root.count }
    #expect(sizes.reduce(0, +) == 25 && sizes.contains(10) && sizes.allSatisfy { $0 <= 10 })
    let first = try #require(server.received.first)
    let entry = try #require(try JSONDocument(first.body).root.elements.first { _ in true })
    #expect(entry["merchantId"]?.string == "m-1" && entry["gtin"]?.string == gtin(1))
    #expect(entry["version"]?.int64 == 7 && entry["idempotencyKey"]?.string == "m-1/\(gtin(1))/sys/7")
    #expect(entry["correlationId"]?.string == "corr" && entry["lane"]?.string == "setup")
    #expect(entry["deadline"]?.string.flatMap { Instant(rfc3339: $0) } != nil)
    #expect(entry["snippet"]?["n"]?.int64 == 1)
    await bench.stop()
    await server.stop()
  }

  @Test(arguments: [400, 413, 422]) func aRefusedBatchIsSplitDownToTheGuilty(status: Int) async throws {
    let server = try SystemServer { request in
      let numbers = (try? JSONDocument(request.body).root.elements.compactMap { $0["snippet"]?["n"]?.int64 }) ?? []
      if numbers.contains(6) { return .json(Array(#"{"code":"six"}"#.utf8), status: status) }
      return .json(Array("[\(numbers.map { _ in #"{"status":200}"# }.joined(separator: ","))]".utf8))
    }
    let bench = SenderBench(server, batch: 8, concurrency: 2)
    try bench.send(Array(1...8))
    let results = try await bench.results(8)
    #expect(results.map(\.result) == (1...8).map { $0 == 6 ? .dataError : .accepted })
    #expect(results[5].code == "six" && results[5].status == status)
    #expect(server.received.count == 7)
    await bench.stop()
    await server.stop()
  }

  @Test(arguments: [(200, "[]"), (200, "nonsense"), (201, #"[{"status":200},{"status":200}]"#)])
  func anAnswerOfAnotherShapeIsASystemErrorForAll(status: Int, body: String) async throws {
    let server = try SystemServer { _ in .json(Array(body.utf8), status: status) }
    let bench = SenderBench(server, batch: 2)
    try bench.send([1, 2])
    for result in try await bench.results(2) {
      #expect(result.result == .systemError && result.code == "bad_batch_answer" && result.status == status)
    }
    await bench.stop()
    await server.stop()
  }

  @Test func anItemIsAtMostOnceInABatchAndBytesAreBounded() async throws {
    let server = try SystemServer(Self.entries)
    let bench = SenderBench(server, batch: 10) { $0.maxBatchBytes = 20 }
    try bench.send([1, 1, 2])
    try await eventually { server.received.count >= 2 && bench.count == 2 }
    try await eventually { (try? server.received.map { try JSONDocument($0.body).root.count }.reduce(0, +)) == 3 }
    for request in server.received {
      let items = try JSONDocument(request.body).root.elements.compactMap { $0["gtin"]?.string }
      #expect(Set(items).count == items.count)
      #expect(items.count <= 2)
    }
    await bench.stop()
    await server.stop()
  }

  // MARK: The circuit

  @Test func aCircuitOpensAndItsDeliveriesComeBackAfterIt() async throws {
    let isDown = Mutex(true)
    let server = try SystemServer { _ in .empty(status: isDown.withLock { $0 } ? 500 : 200) }
    let bench = SenderBench(server, concurrency: 1) {
      $0.circuitFailures = 3
      $0.circuitOpenFor = .milliseconds(300)
    }
    try bench.send(Array(1...10))
    let results = try await bench.results(10)
    #expect(results.prefix(3).allSatisfy { $0.code == "http_500" })
    #expect(results.dropFirst(3).allSatisfy { $0.code == "circuit_open" && $0.result == .systemError })
    #expect(results.dropFirst(3).allSatisfy { ($0.retryAfter ?? .zero) > .milliseconds(100) })
    #expect(Set(results.dropFirst(3).map(\.retryAfter)).count > 1)
    #expect(server.received.count == 3)
    #expect(bench.registry.text().contains(#"hyperloop_circuit_state{system="sys"} 2"#))
    try bench.send([11])
    #expect(try await bench.result(of: 11).code == "circuit_open")
    isDown.withLock { $0 = false }
    bench.forget()
    try await eventually {
      try bench.send([12])
      return try await bench.result(of: 12).result == .accepted
    }
    #expect(bench.registry.text().contains(#"hyperloop_circuit_state{system="sys"} 0"#))
    await bench.stop()
    await server.stop()
  }

  @Test func aMisconfiguredSystemAlarmsAtOnce() async throws {
    let server = try SystemServer { _ in .empty(status: 401) }
    let bench = SenderBench(server, url: "\(server.url)/x?key=s3cret", concurrency: 1)
    try bench.send([1, 2])
    let results = try await bench.results(2)
    #expect(!bench.log.events.contains { "\($0)".contains("s3cret") })
    #expect(results.map(\.code) == ["system_misconfigured", "circuit_open"])
    #expect(results[0].status == 401)
    #expect(bench.log.events.contains { $0.level == .error && $0.message.contains("misconfigured") })
    await bench.stop()
    await server.stop()
  }
}

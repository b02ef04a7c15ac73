import HTTPCaller
import ItemModel
import MessageProxy
import NativeThreads
import Synchronization
import Telemetry
import TestKit
import Testing

@testable import Orchestrator

/// A REST sender by itself, against a real server.
final class SenderBench: SenderHost, @unchecked Sendable {
  // The loop's.
  private let loop = EventLoop(name: "test")
  private var sender: RESTSender?
  private let caller = HTTPCaller(logger: .silent)
  private let state = Mutex<[String: SystemResult]>([:])
  let registry = MetricsRegistry()
  let log = CapturedLog()

  init(
    _ server: SystemServer, url: String? = nil, batch: Int? = nil, concurrency: Int = 8,
    timeout: Duration = Patience.limit, headers: [(name: String, value: String)] = [],
    dataErrors: Set<Int> = [400, 422],
    _ change: (inout OrchestratorConfiguration) -> Void = { _ in }
  ) {
    var configuration = OrchestratorConfiguration()
    configuration.circuitFailures = 1_000
    change(&configuration)
    let endpoint = RESTEndpoint(
      url: url ?? "\(server.url)/snippets", headers: headers, timeout: timeout, concurrency: concurrency, batch: batch,
      dataErrors: dataErrors)
    sender = RESTSender(
      name: "sys", endpoint: endpoint, limits: configuration.deliveryLimits, weights: configuration.shares,
      caller: caller, host: self, metrics: SystemMetrics("sys", registry),
      logger: Logger(label: "test", sink: log))
  }

  /// Sends items numbered so, all in one turn.
  func send(_ numbers: [Int], lane: Lane = .setup, snippet: String? = nil, correlationID: String = "corr") throws {
    let messages = try numbers.map {
      try laneMessage(["sys"], gtin: gtin($0), lane: lane, correlationID: correlationID)
    }
    loop.post { [self] in
      for (number, message) in zip(numbers, messages) {
        let run = SetupRun(
          message, id: MessageID(offset: 0), sink: NoSink(), systems: [0], progress: SetupProgress(before: [[]]),
          serviceLevel: .seconds(60))
        let body = snippet ?? #"{"n":\#(number)}"#
        sender?.send(Delivery(run: run, place: 0, snippet: Array(body.utf8), since: .now))
      }
    }
  }

  /// The results once there are so many.
  func results(_ count: Int) async throws -> [SystemResult] {
    try await eventually("\(count) results") { self.state.withLock { $0.count } >= count }
    return state.withLock { $0.sorted { $0.key < $1.key }.map(\.value) }
  }

  var count: Int { state.withLock { $0.count } }

  func result(of number: Int) async throws -> SystemResult {
    try await eventually("a result of \(number)") { self.state.withLock { $0[gtin(number)] } != nil }
    return try #require(state.withLock { $0[gtin(number)] })
  }

  /// What the engine does now and then while something waits.
  func flush(after delay: Duration) {
    loop.post { [self] in
      loop.schedule(after: delay) { [self] in sender?.flush(at: .now) }
    }
  }

  func forget() { state.withLock { $0 = [:] } }

  func stop() async {
    await caller.stop(within: .zero)
    loop.stop()
    sender = nil
  }

  // MARK: The host

  private var isDirty = false

  func finish(_ delivery: Delivery, _ result: SystemResult) {
    state.withLock { $0[delivery.run.message.gtin] = result }
  }

  func mustFlush(_ sender: any SystemSender) {
    guard !isDirty else { return }
    isDirty = true
    loop.post { [self] in
      isDirty = false
      self.sender?.flush(at: .now)
    }
  }

  func flush(_ sender: any SystemSender, after delay: Duration) {
    loop.schedule(after: delay) { [self] in self.sender?.flush(at: .now) }
  }

  func post(_ job: @escaping @Sendable () -> Void) { loop.post(job) }
}

private struct NoSink: CompletionSink {
  func complete(_ completions: [(id: MessageID, verdict: Verdict)]) {}
  func liftDeadline(of ids: [MessageID]) {}
}

import KafkaClient
import MessageProxy
import Synchronization
import Telemetry
import TestKit
import Testing

@Suite(.timeLimit(.minutes(5))) struct SubscriptionTests {
  @Test func deliversEverythingOnceByKeyInOrder() async throws {
    let bench = try ProxyBench("everything")
    let ledger = Ledger()
    let most = Mutex(0)
    let subscription = Mutex<Subscription?>(nil)
    // Slow until enough has come to be held back, however slowly it comes.
    let handler = TestHandler(
      ledger: ledger,
      delay: { most.withLock { $0 } > 100 ? .microseconds(Int.random(in: 0...2_000)) : .milliseconds(50) },
      decide: { _ in
        let held = subscription.withLock { $0 }?.statistics.held ?? 0
        most.withLock { $0 = max($0, held) }
        return .done
      })
    let made = try bench.subscribe(handler) {
      $0.inFlightLimit = 32
      $0.maxQueuedMessages = 500
    }
    subscription.withLock { $0 = made }
    async let running: Void = made.run()
    try await bench.produce(10_000, keys: 100)
    try await eventually { ledger.doneCount == 10_000 && made.statistics.isIdle }
    await made.stop()
    try await running
    subscription.withLock { $0 = nil }
    let account = ledger.snapshot
    #expect(account.violations == [])
    #expect(account.done.values.allSatisfy { $0 == 1 })
    #expect(account.mostOut <= 32)
    #expect(account.mostOut > 8)
    #expect(most.withLock { $0 } <= 500)
    #expect(most.withLock { $0 } > 100)
    #expect(try await bench.committedCount() == 10_000)
  }

  @Test func aRebalanceLosesAndRepeatsNothing() async throws {
    let (repeated, refused) = try await rebalance(ProxyBench("rebalance"))
    // The embedded cluster refuses some commits amid a rebalance; then, and only then, what the refused commit would have
    // told is delivered again.
    #expect(repeated == 0 || refused > 0, "\(repeated) repeated, \(refused) commits refused")
  }

  @Test(.enabled(if: TestServers.hasRealKafka))
  func aRebalanceOnARealBrokerLosesAndRepeatsNothing() async throws {
    let bench = try await ProxyBench(real: "rebalance-\(UInt32.random(in: 0 ... .max))")
    let (repeated, refused) = try await rebalance(bench)
    #expect(repeated == 0 && refused == 0)
    #expect(try await bench.committedCount() == 10_000)
  }

  /// Has a second member join amid the work. Nothing is committed but when partitions are given back, so whatever was not
  /// drained and committed then is repeated.
  private func rebalance(_ bench: ProxyBench) async throws -> (repeated: Int, refused: UInt64) {
    let ledger = Ledger()
    let isShared = Mutex(false)
    let delay: @Sendable () -> Duration = {
      // However late the second one joins, there is something left to do.
      isShared.withLock { $0 } || ledger.doneCount < 5_000 ? .milliseconds(Int.random(in: 1...30)) : .seconds(1)
    }
    func member() throws -> Subscription {
      try bench.subscribe(TestHandler(ledger: ledger, delay: delay)) {
        $0.inFlightLimit = 16
        $0.commitInterval = .seconds(3_600)
      }
    }
    try await bench.produce(10_000, keys: 100)
    let first = try member()
    async let one: Void = first.run()
    try await eventually { ledger.doneCount > 500 }
    let second = try member()
    async let other: Void = second.run()
    try await eventually { second.statistics.completed > 0 }
    isShared.withLock { $0 = true }
    #expect(ledger.doneCount < 10_000)
    first.setInFlightLimit(200)
    second.setInFlightLimit(200)
    try await eventually { ledger.doneCount == 10_000 }
    #expect(!first.statistics.partitions.isEmpty)
    await second.stop()
    await first.stop()
    _ = try await (one, other)
    let account = ledger.snapshot
    #expect(account.violations == [])
    let refused = first.statistics.commitFailures + second.statistics.commitFailures
    return (account.done.values.count { $0 > 1 }, refused)
  }

  @Test func aQueueThatIsFullAcrossARebalanceStaysWithinItsBounds() async throws {
    let bench = try ProxyBench("full", partitions: 4)
    try await bench.produce(2_000, keys: 1_000)
    let ledger = Ledger()
    let first = try bench.subscribe(TestHandler(ledger: ledger, decide: { _ in nil })) {
      $0.inFlightLimit = 20
      $0.maxQueuedMessages = 20
      $0.drainLimit = .milliseconds(100)
    }
    async let one: Void = first.run()
    try await eventually { first.statistics.inFlight == 20 }
    let before = try #require(first.statistics.partitions.first?.epoch)
    let second = try bench.subscribe(TestHandler(ledger: ledger)) { $0.inFlightLimit = 20 }
    async let other: Void = second.run()
    // What was out when the drain ended still takes its places.
    try await eventually { first.statistics.partitions.first.map { $0.epoch > before } ?? false }
    let received = first.statistics.received
    try await eventually { second.statistics.completed >= 500 }
    // So long the first had time to take in what it must not.
    #expect(first.statistics.held <= 20)
    #expect(first.statistics.received <= received + 1)
    await second.stop(within: .milliseconds(400))
    await first.stop(within: .milliseconds(400))
    _ = try await (one, other)
  }

  @Test func aRestartRepeatsOnlyWhatWasNotDone() async throws {
    let bench = try ProxyBench("restart", partitions: 2)
    try await bench.produce(1_000, keys: 100)
    let stuck = Array("key-7".utf8)
    let ledger = Ledger()
    let first = try bench.subscribe(TestHandler(ledger: ledger, decide: { $0.key == stuck ? nil : .done })) {
      $0.drainLimit = .zero
    }
    let running = Task { try await first.run() }
    try await eventually { ledger.doneCount == 990 }
    // What a process leaves behind that is killed now: the last commit at an interval.
    try await eventually { try await bench.committed().values.contains { $0.metadata?.isEmpty == false } }
    try await eventually { try await bench.committedCount() < 1_000 && first.statistics.commits > 0 }
    running.cancel()
    try? await running.value

    let again = Ledger()
    let second = try bench.subscribe(TestHandler(ledger: again))
    async let rest: Void = second.run()
    try await eventually { again.doneCount == 10 && second.statistics.isIdle }
    try await eventually { try await bench.committedCount() == 1_000 }
    #expect(second.statistics.dispatched == 10)
    #expect(second.statistics.skipped > 0)
    #expect(again.snapshot.violations == [])
    await second.stop()
    try await rest
  }

  @Test func aRetryBlocksItsKeyOnly() async throws {
    let bench = try ProxyBench("retry", partitions: 1)
    try await bench.produce(300, keys: 30)
    let ledger = Ledger()
    let failing = Array("key-3".utf8)
    let failures = Mutex(0)
    let isWell = Mutex(false)
    let handler = TestHandler(
      ledger: ledger,
      decide: { message in
        let isBusy = message.key == failing && message.value == [UInt8(ascii: "0")] && !isWell.withLock { $0 }
        guard isBusy else { return .done }
        failures.withLock { $0 += 1 }
        return .retry(after: nil, FailureReason(code: "busy"))
      })
    let subscription = try bench.subscribe(handler) {
      $0.retry.firstDelay = .milliseconds(300)
      $0.retry.maxDelay = .milliseconds(300)
    }
    async let running: Void = subscription.run()
    try await eventually {
      ledger.doneCount == 290 && subscription.statistics.parked == 1 && failures.withLock { $0 } >= 2
    }
    isWell.withLock { $0 = true }
    try await eventually { ledger.doneCount == 300 }
    await subscription.stop()
    try await running
    #expect(ledger.snapshot.violations == [])
    #expect(subscription.statistics.retried == failures.withLock { $0 })
    #expect(ledger.snapshot.attempts.max() == failures.withLock { $0 } + 1)
    #expect(try await bench.committedCount() == 300)
  }

  @Test func deadLettersKeepTheMessageAndTellItsStory() async throws {
    let bench = try ProxyBench("bad", partitions: 1)
    try ProxyBench.cluster.get().createTopic("bad.dlq", partitions: 1)
    try await bench.produce(20, keys: 10)
    let ledger = Ledger()
    let handler = TestHandler(
      ledger: ledger,
      decide: {
        $0.offset == 4 ? .deadLetter(FailureReason(code: "unreadable", text: "no JSON")) : .done
      })
    let subscription = try bench.subscribe(handler)
    async let running: Void = subscription.run()
    try await eventually {
      ledger.doneCount == 19 && subscription.statistics.deadLettered == 1 && subscription.statistics.isIdle
    }
    await subscription.stop()
    try await running
    #expect(try await bench.committedCount() == 20)
    // The message behind it under the same key went on.
    #expect(ledger.doneCount == 19)

    let letter = try #require(try await bench.first(of: "bad.dlq"))
    #expect(letter.key == Array("key-4".utf8))
    #expect(letter.value == Array("0".utf8))
    let headers = letter.headerTexts
    #expect(headers["origin"] == "test")
    #expect(headers["X-Dead-Letter-Topic"] == "bad")
    #expect(headers["X-Dead-Letter-Partition"] == "0")
    #expect(headers["X-Dead-Letter-Offset"] == "4")
    #expect(headers["X-Dead-Letter-Attempts"] == "1")
    #expect(headers["X-Dead-Letter-Code"] == "unreadable")
    #expect(headers["X-Dead-Letter-Reason"] == "no JSON")
    let time = try #require(headers["X-Dead-Letter-Time"])
    #expect(time.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil)
  }

  @Test func aMessageThatKafkaDoesNotTakeAsALetterIsWrittenWithoutItsValue() async throws {
    let bench = try ProxyBench("large", partitions: 1)
    try ProxyBench.cluster.get().createTopic("large.dlq", partitions: 1)
    var options = KafkaProducerOptions()
    options.maxRecordBytes = 2_000_000
    let other = try KafkaProducer(bench.configuration, options: options, logger: .silent)
    let garbage = [UInt8](repeating: 0x7B, count: 1_000_000)
    for result in await other.send([KafkaRecord(topic: "large", key: Array("big".utf8), value: garbage)]) {
      _ = try result.get()
    }
    await other.stop()
    try await bench.produce(1, keys: 1)
    let handler = TestHandler(
      ledger: Ledger(), decide: { $0.offset == 0 ? .deadLetter(FailureReason(code: "unreadable")) : .done })
    let subscription = try bench.subscribe(handler)
    async let running: Void = subscription.run()
    try await eventually { try await bench.committedCount() == 2 }
    await subscription.stop()
    try await running
    let letter = try #require(try await bench.first(of: "large.dlq"))
    #expect(letter.key == Array("big".utf8) && letter.value == nil)
    #expect(letter.headerTexts["X-Dead-Letter-Value-Bytes"] == "1000000")
    #expect(letter.headerTexts["X-Dead-Letter-Offset"] == "0")
    #expect(letter.headerTexts["X-Dead-Letter-Code"] == "unreadable")
    // Nor does a key stop it.
    let large = DeadLetter(
      topic: "large", partition: 0, offset: 9, key: garbage, value: nil, headers: [KafkaHeader("a", "b")],
      reason: FailureReason(code: "key_mismatch"))
    try await DeadLetterWriter(producer: bench.producer).write([large])
  }

  @Test func aHandlerThatDoesNotAnswerIsReported() async throws {
    let bench = try ProxyBench("overdue", partitions: 1)
    try await bench.produce(1, keys: 1)
    let (overdue, report) = AsyncStream<OverdueDelivery>.makeStream()
    let subscription = try bench.subscribe(TestHandler(ledger: Ledger(), decide: { _ in nil })) {
      $0.handlerDeadline = .milliseconds(100)
      $0.drainLimit = .seconds(300)
      $0.onOverdue = { report.yield($0) }
    }
    async let running: Void = subscription.run()
    var iterator = overdue.makeAsyncIterator()
    let first = await iterator.next()
    #expect(first?.id.offset == 0)
    let began = ContinuousClock.now
    await subscription.stop(within: .milliseconds(400))
    try await running
    #expect(ContinuousClock.now - began < .seconds(60))
    #expect(subscription.statistics.overdue == 1)
  }
}

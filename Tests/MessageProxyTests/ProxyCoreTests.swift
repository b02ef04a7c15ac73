import Testing

@testable import MessageProxy

@Suite struct ProxyCoreTests {
  typealias Core = ProxyCore<Int>
  private let start = ContinuousClock.now
  private let partition = SourcePartition(topic: "t", partition: 0)

  private func makeCore(_ change: (inout ProxyLimits) -> Void = { _ in }) -> Core {
    var limits = SubscriptionOptions().limits
    limits.inFlight = 10
    limits.retry.jitter = 0
    change(&limits)
    return Core(limits: limits, seed: 1)
  }

  private func batch(from: Int64, keys: [String], epoch: UInt64 = 1) -> ProxyEvent<Int> {
    let messages = keys.enumerated().map {
      SourceBatch<Int>.Message(
        offset: from + Int64($0.offset), key: Array($0.element.utf8), bytes: 10, payload: Int(from) + $0.offset)
    }
    return .received([
      SourceBatch(
        partition: partition, epoch: epoch, from: from, next: from + Int64(keys.count), messages: messages)
    ])
  }

  private func assigned(_ epoch: UInt64 = 1, at position: RestoredPosition? = nil) -> ProxyEvent<Int> {
    .assigned(epoch: epoch, [partition: position])
  }

  private func dispatched(_ actions: [ProxyAction<Int>]) -> [OutboundMessage<Int>] {
    actions.flatMap { action -> [OutboundMessage<Int>] in
      if case .dispatch(let messages) = action { messages } else { [] }
    }
  }

  private func commits(_ actions: [ProxyAction<Int>]) -> [CommitPosition] {
    actions.flatMap { action -> [CommitPosition] in
      if case .commit(_, let positions) = action { Array(positions.values) } else { [] }
    }
  }

  private func isDrained(_ actions: [ProxyAction<Int>]) -> Bool {
    actions.contains { if case .drained = $0 { true } else { false } }
  }

  @Test func theInFlightLimitHoldsAndChanges() {
    var core = makeCore { $0.inFlight = 2 }
    _ = core.handle(assigned(), at: start)
    let first = dispatched(core.handle(batch(from: 0, keys: ["a", "b", "c", "d", "e"]), at: start))
    #expect(first.map(\.payload) == [0, 1])
    let second = dispatched(core.handle(.inFlightLimit(4), at: start))
    #expect(second.map(\.payload) == [2, 3])
    _ = core.handle(.inFlightLimit(1), at: start)
    #expect(dispatched(core.handle(.completed(first.map { ($0.id, .done) }), at: start)).isEmpty)
    #expect(dispatched(core.handle(.completed([(second[0].id, .done)]), at: start)).isEmpty)
    #expect(dispatched(core.handle(.completed([(second[1].id, .done)]), at: start)).map(\.payload) == [4])
  }

  @Test func retriesBackOffAndCountAttempts() throws {
    var core = makeCore()
    _ = core.handle(assigned(), at: start)
    let first = dispatched(core.handle(batch(from: 0, keys: ["a", "a", "b"]), at: start))
    #expect(first.map(\.payload) == [0, 2])
    #expect(first[0].followers == [1])
    let reason = FailureReason(code: "http_503")
    _ = core.handle(.completed([(first[0].id, .retry(after: nil, reason))]), at: start)
    #expect(core.nextDue == start + .seconds(1))
    #expect(dispatched(core.handle(.tick, at: start + .milliseconds(999))).isEmpty)
    let again = dispatched(core.handle(.tick, at: start + .seconds(1)))
    #expect(again.map(\.payload) == [0])
    #expect(again[0].attempt == 2)
    // The first delivery's verdict, told twice, says nothing of the second.
    #expect(dispatched(core.handle(.completed([(first[0].id, .done)]), at: start + .seconds(1))).isEmpty)
    #expect(core.counters.fenced == 1)
    let next = dispatched(core.handle(.completed([(again[0].id, .done)]), at: start + .seconds(1)))
    #expect(next.map(\.payload) == [1])
  }

  @Test func aDeadLetterHoldsOffsetAndKeyUntilItIsWritten() throws {
    var core = makeCore()
    _ = core.handle(assigned(), at: start)
    let first = dispatched(core.handle(batch(from: 0, keys: ["a", "a"]), at: start))
    let given = core.handle(.completed([(first[0].id, .deadLetter(FailureReason(code: "bad")))]), at: start)
    guard case .deadLetter(let letters, let reason)? = given.first else {
      Issue.record("no dead letter")
      return
    }
    #expect(letters.map(\.payload) == [0] && reason.code == "bad")
    #expect(core.inFlight == 0)
    #expect(commits(core.handle(.commitDue, at: start)).map(\.offset) == [0])
    // It could not be written: tried again after a pause, the key still blocked.
    _ = core.handle(.deadLetterFailed([letters[0].id]), at: start)
    let retried = core.handle(.tick, at: start + .seconds(1))
    #expect(dispatched(retried).isEmpty)
    guard case .deadLetter(let again, _)? = retried.first else {
      Issue.record("no second try")
      return
    }
    let next = core.handle(.deadLettered([again[0].id]), at: start + .seconds(1))
    #expect(dispatched(next).map(\.payload) == [1])
    #expect(commits(core.handle(.commitDue, at: start)).map(\.offset) == [1])
  }

  @Test func aReceiverThatIsDownDoesNotEmptyTheTopic() {
    var core = makeCore {
      $0.retry.maxAttempts = 1
      $0.inFlight = 100
    }
    _ = core.handle(assigned(), at: start)
    let out = dispatched(core.handle(batch(from: 0, keys: (0..<50).map { "k\($0)" }), at: start))
    let reason = FailureReason(code: "down")
    let actions = core.handle(.completed(out.map { ($0.id, .retry(after: nil, reason)) }), at: start)
    let letters = actions.count { if case .deadLetter = $0 { true } else { false } }
    #expect(letters == 1)
    #expect(core.counters.deadLettersDeferred == 49)
    #expect(core.queue.parked == 49)
  }

  @Test func revokingDrainsAndFences() {
    var core = makeCore()
    _ = core.handle(assigned(), at: start)
    let out = dispatched(core.handle(batch(from: 0, keys: ["a", "b", "a"]), at: start))
    #expect(!isDrained(core.handle(.revoking([partition]), at: start)))
    #expect(core.queue.count == 2)
    #expect(!isDrained(core.handle(.completed([(out[1].id, .done)]), at: start)))
    let position = commits(core.handle(.commitDue, at: start))
    #expect(position.map(\.offset) == [0])
    _ = core.handle(.released([partition]), at: start)
    // Read again by the same member: `b` is known to be done, `a` waits for its late first delivery.
    let restored = RestoredPosition(offset: 0, metadata: position[0].metadata)
    _ = core.handle(assigned(2, at: restored), at: start)
    #expect(dispatched(core.handle(batch(from: 0, keys: ["a", "b", "a"], epoch: 2), at: start)).isEmpty)
    #expect(core.counters.skipped == 1)
    let again = dispatched(core.handle(.completed([(out[0].id, .done)]), at: start))
    #expect(again.map(\.payload) == [0])
    #expect(commits(core.handle(.commitDue, at: start)).map(\.offset) == [0])
  }

  @Test func drainedComesAtOnceWhenNothingIsOut() {
    var core = makeCore()
    _ = core.handle(assigned(), at: start)
    #expect(isDrained(core.handle(.revoking([partition]), at: start)))
  }

  @Test func aReplacedLogIsReadFromItsBeginning() {
    var core = makeCore()
    _ = core.handle(assigned(1, at: RestoredPosition(offset: 100, metadata: nil)), at: start)
    let actions = core.handle(batch(from: 0, keys: ["a"]), at: start)
    #expect(dispatched(actions).map(\.payload) == [0])
    #expect(commits(core.handle(.completed([(dispatched(actions)[0].id, .done)]), at: start)).isEmpty)
    #expect(commits(core.handle(.commitDue, at: start)).map(\.offset) == [1])
  }

  @Test func anEarlyMessageThatDoesNotEndLatchesItsPartition() {
    var core = makeCore { $0.maxPendingOffsets = 20 }
    _ = core.handle(assigned(), at: start)
    var out = dispatched(core.handle(batch(from: 0, keys: (0..<22).map { "k\($0)" }), at: start))
    #expect(core.paused == [partition])
    #expect(core.statistics.intake == .latched)
    let stuck = out.removeFirst()
    while !out.isEmpty { out = dispatched(core.handle(.completed(out.map { ($0.id, .done) }), at: start)) }
    #expect(core.paused == [partition])
    _ = core.handle(.completed([(stuck.id, .done)]), at: start)
    #expect(core.paused.isEmpty)
  }

  @Test func anOverdueDeliveryIsReportedOnce() {
    var core = makeCore { $0.handlerDeadline = .seconds(5) }
    _ = core.handle(assigned(), at: start)
    _ = core.handle(batch(from: 0, keys: ["a"]), at: start)
    #expect(core.nextDue == start + .seconds(5))
    let overdue = (0..<3).map { _ in
      core.handle(.tick, at: start + .seconds(5)).count { if case .overdue = $0 { true } else { false } }
    }
    #expect(overdue == [1, 0, 0])
  }

  @Test func aDeadlineThatWasLiftedIsNotReported() throws {
    var core = makeCore { $0.handlerDeadline = .seconds(5) }
    _ = core.handle(assigned(), at: start)
    let out = dispatched(core.handle(batch(from: 0, keys: ["a", "b"]), at: start))
    _ = core.handle(.deadlineLifted([out[0].id]), at: start)
    let overdue = core.handle(.tick, at: start + .seconds(5)).compactMap { action -> MessageID? in
      if case .overdue(let id, _) = action { id } else { nil }
    }
    #expect(overdue == [out[1].id])
    // Its next delivery has a deadline again.
    let reason = FailureReason(code: "busy")
    _ = core.handle(.completed([(out[0].id, .retry(after: .zero, reason))]), at: start + .seconds(5))
    #expect(dispatched(core.handle(.tick, at: start + .seconds(6))).count == 1)
    let later = core.handle(.tick, at: start + .seconds(11))
    #expect(later.contains { if case .overdue = $0 { true } else { false } })
  }
}

public import KafkaClient
internal import NativeThreads
internal import Synchronization
public import Telemetry

/// Delivers the messages of a consumer group's topics to a handler: by key in order, at most one of a key at a time, as
/// many keys at once as `inFlightLimit` allows.
///
/// Delivery is at least once: a message counts as done when the handler, or the dead-letter topic, has said so. What is
/// done out of order is written into the commits' metadata, so that a restart repeats only what was under way.
/// The same key in several topics or partitions counts as one key.
public final class Subscription: CompletionSink {
  let consumer: KafkaConsumer
  let handler: any MessageHandler
  let deadLetters: DeadLetterWriter
  let options: SubscriptionOptions
  let logger: Logger

  let state: Mutex<SubscriptionState>
  /// For deadlines only.
  private let loop: EventLoop
  let intakeTurn = AsyncTurn()
  let commitTurn = AsyncTurn()
  let intakeSignal = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
  let letterSignal = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))

  /// - Parameter consumer: from now on the subscription's, which stops it in the end.
  public init(
    consumer: KafkaConsumer, handler: any MessageHandler, deadLetters: DeadLetterWriter,
    options: SubscriptionOptions = SubscriptionOptions(), logger: Logger
  ) {
    self.consumer = consumer
    self.handler = handler
    self.deadLetters = deadLetters
    self.options = options
    self.logger = logger
    let core = ProxyCore<KafkaMessage>(limits: options.limits, seed: .random(in: .min ... .max))
    state = Mutex(SubscriptionState(core: core, drainLimit: options.drainLimit))
    loop = EventLoop(name: "proxy-timer")
  }

  deinit { loop.stop() }

  /// Reads and delivers until `stop(within:)`, a fatal error, or cancellation, which commits what is done and leaves
  /// without draining. Call it once.
  /// - Throws: `KafkaError` that does not heal by itself.
  public func run() async throws {
    defer {
      intakeSignal.continuation.finish()
      letterSignal.continuation.finish()
    }
    do {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await self.pull() }
        group.addTask { await self.commitPeriodically() }
        group.addTask { await self.followIntake() }
        group.addTask { await self.writeDeadLetters() }
        // Of the four only the pulling ends by itself.
        defer { group.cancelAll() }
        try await group.next()
      }
    } catch {
      await leave()
      throw error
    }
    await leave()
  }

  /// Begins nothing more, gives what is out up to three quarters of `limit` to end, commits, and leaves the group;
  /// `run` returns then.
  public func stop(within limit: Duration = .seconds(10)) async {
    state.withLock { $0.drainLimit = limit * 3 / 4 }
    apply(.stop)
    await consumer.stop(within: limit)
  }

  public func complete(_ completions: [(id: MessageID, verdict: Verdict)]) { apply(.completed(completions)) }

  public func liftDeadline(of ids: [MessageID]) { apply(.deadlineLifted(ids)) }

  /// Changes how many messages the handler may have at once. With 0 nothing new is begun.
  public func setInFlightLimit(_ limit: Int) { apply(.inFlightLimit(limit)) }

  public var statistics: SubscriptionStatistics {
    state.withLock { state in
      var statistics = state.core.statistics
      statistics.commits = state.commits
      statistics.commitFailures = state.commitFailures
      return statistics
    }
  }

  private func leave() async {
    apply(.stop)
    await commit()
    await consumer.stop(within: .zero)
  }

  // MARK: Events

  /// Tells the core, and does what it wants, outside the lock. Returns what is to be committed.
  @discardableResult
  func apply(_ event: ProxyEvent<KafkaMessage>) -> [(epoch: UInt64, positions: [SourcePartition: CommitPosition])] {
    let now = ContinuousClock.now
    let effects = state.withLock { $0.handle(event, at: now) }
    effects.drained?.resume(returning: true)
    if effects.mustReviewIntake { intakeSignal.continuation.yield() }
    if effects.hasLetters { letterSignal.continuation.yield() }
    if let due = effects.timer { setTimer(due) }
    for overdue in effects.overdue { report(overdue) }
    for (partition, offset) in effects.rewound {
      logger.warning(
        "proxy partition begun anew: its log was replaced", ["partition": "\(partition)", "offset": "\(offset)"])
    }
    if effects.mustDeliver { deliver() }
    return effects.commits
  }

  /// One thread at a time: what others dispatch meanwhile it takes along, so a handler that answers within its call does
  /// not call itself.
  private func deliver() {
    while let messages = state.withLock({ $0.takeOutbox() }) {
      handler.handle(messages.map(ProxyMessage.init), completions: self)
    }
  }

  private func report(_ overdue: OverdueDelivery) {
    logger.error(
      "proxy delivery overdue",
      ["partition": overdue.partition?.description ?? "released", "offset": "\(overdue.id.offset)"])
    options.onOverdue?(overdue)
  }

  // MARK: Deadlines

  private func setTimer(_ due: ContinuousClock.Instant) {
    schedule(after: due - .now) { subscription in
      // A timer that was overtaken by an earlier one does nothing.
      let isCurrent = subscription.state.withLock { state in
        guard state.timer == due else { return false }
        state.timer = nil
        return true
      }
      if isCurrent { subscription.apply(.tick) }
    }
  }

  func schedule(after delay: Duration, _ action: @escaping @Sendable (Subscription) -> Void) {
    loop.post { [weak self, loop] in
      loop.schedule(after: delay) { [weak self] in
        if let self { action(self) }
      }
    }
  }
}

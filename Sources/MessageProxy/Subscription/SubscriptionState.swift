internal import KafkaClient

/// What a subscription's threads share, under its lock.
struct SubscriptionState {
  /// What is to be done once the lock is left.
  struct Effects: Sendable {
    var mustDeliver = false
    var hasLetters = false
    var mustReviewIntake = false
    var drained: CheckedContinuation<Bool, Never>?
    var commits: [(epoch: UInt64, positions: [SourcePartition: CommitPosition])] = []
    var overdue: [OverdueDelivery] = []
    var rewound: [(partition: SourcePartition, offset: Int64)] = []
    /// When the timer must fire, if earlier than it is set to.
    var timer: ContinuousClock.Instant?
  }

  var core: ProxyCore<KafkaMessage>
  /// On the way to the handler.
  var outbox: [OutboundMessage<KafkaMessage>] = []
  /// A thread is in the handler; it takes along what others put into the outbox.
  var isDelivering = false
  /// On the way to the dead-letter topic.
  var letters: [(message: OutboundMessage<KafkaMessage>, reason: FailureReason)] = []
  var epoch: UInt64 = 0
  /// The partitions that the consumer was told to pause.
  var paused: Set<SourcePartition> = []
  var timer: ContinuousClock.Instant?
  var drain: CheckedContinuation<Bool, Never>?
  /// Tells one drain's time limit from another's.
  var drainNumber = 0
  var drainLimit: Duration
  var commits: UInt64 = 0
  var commitFailures: UInt64 = 0

  mutating func handle(_ event: ProxyEvent<KafkaMessage>, at now: ContinuousClock.Instant) -> Effects {
    var effects = Effects()
    for action in core.handle(event, at: now) {
      switch action {
      case .dispatch(let messages): outbox += messages
      case .deadLetter(let messages, let reason):
        letters += messages.map { ($0, reason) }
        effects.hasLetters = true
      case .intake: effects.mustReviewIntake = true
      case .commit(let epoch, let positions): effects.commits.append((epoch, positions))
      case .drained:
        effects.drained = drain
        drain = nil
      case .overdue(let id, let partition): effects.overdue.append(OverdueDelivery(id: id, partition: partition))
      case .rewound(let partition, let offset): effects.rewound.append((partition, offset))
      }
    }
    if !outbox.isEmpty, !isDelivering {
      isDelivering = true
      effects.mustDeliver = true
    }
    if let due = core.nextDue, due < timer ?? due + .seconds(1) {
      timer = due
      effects.timer = due
    }
    return effects
  }

  /// What the handler gets next; nil when there is nothing, and then another thread may deliver.
  mutating func takeOutbox() -> [OutboundMessage<KafkaMessage>]? {
    guard !outbox.isEmpty else {
      isDelivering = false
      return nil
    }
    defer { outbox = [] }
    return outbox
  }

  /// How many messages to pull: as many as there is room for, by the size of those at hand.
  func pullLimit(atMost limit: Int) -> Int {
    let queue = core.queue
    let average = max(1, queue.bytes / max(1, queue.count))
    return max(1, min(limit, core.room, (core.limits.queue.maxBytes - queue.bytes) / average))
  }
}

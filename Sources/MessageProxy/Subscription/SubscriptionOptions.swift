/// Limits, times and policies of a subscription.
public struct SubscriptionOptions: Sendable {
  /// How many messages the handler may have at once.
  public var inFlightLimit = 64
  /// How many messages the queue holds at most: waiting, parked and in flight.
  public var maxQueuedMessages = 10_000
  /// How many bytes of keys, values and headers it holds; the pull that reaches it may go beyond.
  public var maxQueuedBytes = 64 << 20
  /// How many messages are pulled at once.
  public var maxPulledMessages = 1_000
  /// How many offsets of one partition are remembered above one that is not done, before that partition is paused. The
  /// pull that reaches it may go beyond.
  public var maxPendingOffsets = 100_000
  /// How many waiting messages of the same key a message shows.
  public var followerLimit = 16
  /// How often the progress is committed.
  public var commitInterval: Duration = .seconds(1)
  /// How long messages that are out may take to end when partitions are taken away. Keep it below the consumer's
  /// `answerTimeout`.
  public var drainLimit: Duration = .seconds(10)
  /// How long the handler may take for a message before `onOverdue` hears of it.
  public var handlerDeadline: Duration = .seconds(120)
  /// The most that a commit's metadata may take: `offset.metadata.max.bytes` of the brokers.
  public var maxMetadataBytes = 4_096
  public var retry = RetryPolicy()
  public var deadLetterBudget = DeadLetterBudget()
  /// Called once for each delivery that is overdue. Its key stays blocked, so a process whose handler is stuck does best
  /// to end.
  public var onOverdue: (@Sendable (OverdueDelivery) -> Void)?

  public init() {}

  var limits: ProxyLimits {
    ProxyLimits(
      queue: QueueBounds(maxMessages: max(1, maxQueuedMessages), maxBytes: max(1, maxQueuedBytes)),
      maxPendingOffsets: max(1, maxPendingOffsets), inFlight: inFlightLimit, followers: followerLimit,
      handlerDeadline: handlerDeadline, metadataBytes: maxMetadataBytes, retry: retry, budget: deadLetterBudget)
  }
}

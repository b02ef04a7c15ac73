/// What a subscription holds and has done, at one moment.
public struct SubscriptionStatistics: Sendable, Hashable {
  public enum Intake: String, Sendable, Hashable {
    case open
    /// The queue is at its bounds.
    case full
    /// A partition is paused since an early message of it does not end (`pendingOffsets`).
    case latched
  }

  public struct Partition: Sendable, Hashable {
    public let partition: SourcePartition
    public let epoch: UInt64
    /// Below it everything is done; nil until the first message.
    public let committable: Int64?
    /// Up to it everything was read; the log's end beyond it is not known here.
    public let next: Int64?
    /// Offsets remembered from `committable` on.
    public let pendingOffsets: Int
    public let isLatched: Bool
  }

  public internal(set) var intake = Intake.open
  /// Messages held: waiting, parked and out.
  public internal(set) var held = 0
  public internal(set) var heldBytes = 0
  public internal(set) var waiting = 0
  /// With the handler.
  public internal(set) var inFlight = 0
  public internal(set) var parked = 0
  /// On their way to the dead-letter topic.
  public internal(set) var deadLettering = 0
  public internal(set) var inFlightLimit = 0
  public internal(set) var partitions: [Partition] = []

  // Since the start.
  public internal(set) var received: UInt64 = 0
  /// Read again, but known to be done.
  public internal(set) var skipped: UInt64 = 0
  public internal(set) var dispatched: UInt64 = 0
  public internal(set) var completed: UInt64 = 0
  public internal(set) var retried: UInt64 = 0
  public internal(set) var deadLettered: UInt64 = 0
  /// Given up, but tried on since the dead-letter budget was spent.
  public internal(set) var deadLettersDeferred: UInt64 = 0
  public internal(set) var overdue: UInt64 = 0
  /// Verdicts that came too late to mean anything.
  public internal(set) var fenced: UInt64 = 0
  public internal(set) var commits: UInt64 = 0
  public internal(set) var commitFailures: UInt64 = 0

  public var pendingOffsets: Int { partitions.reduce(0) { $0 + $1.pendingOffsets } }
  /// Whether everything that was read is done.
  public var isIdle: Bool { held == 0 }
}

extension ProxyCore {
  var statistics: SubscriptionStatistics {
    var statistics = SubscriptionStatistics()
    statistics.intake = isFull ? .full : paused.isEmpty ? .open : .latched
    statistics.held = queue.count
    statistics.heldBytes = queue.bytes
    statistics.waiting = queue.waiting
    statistics.inFlight = inFlight
    statistics.parked = queue.parked
    statistics.deadLettering = queue.taken - inFlight
    statistics.inFlightLimit = inFlightLimit
    statistics.partitions = current.values.compactMap { tenures[$0] }.sorted { $0.partition < $1.partition }.map {
      .init(
        partition: $0.partition, epoch: $0.epoch, committable: $0.tracker.committable, next: $0.tracker.next,
        pendingOffsets: $0.tracker.held, isLatched: $0.isLatched)
    }
    statistics.received = counters.received
    statistics.skipped = counters.skipped
    statistics.dispatched = counters.dispatched
    statistics.completed = counters.completed
    statistics.retried = counters.retried
    statistics.deadLettered = counters.deadLettered
    statistics.deadLettersDeferred = counters.deadLettersDeferred
    statistics.overdue = counters.overdue
    statistics.fenced = counters.fenced
    return statistics
  }
}

public import ItemModel
public import MessageProxy

/// Limits and times of the orchestrator.
public struct OrchestratorConfiguration: Sendable {
  /// Messages that each lane has in work at once.
  public var pools: [Lane: Int] = [.price: 256, .setup: 512, .bulk: 256]
  /// How much of each system's concurrency each lane is guaranteed, relative to the others.
  public var shares: [Lane: Double] = [.price: 5, .setup: 4, .bulk: 1]
  /// From a version's first attempt to its deadline; a lane that is left out has none.
  public var serviceLevels: [Lane: Duration] = [.price: .seconds(10), .setup: .seconds(7_200)]
  /// What each lane's subscription may hold; its pool takes the place of `inFlightLimit`, and `messageDeadline` that of
  /// `handlerDeadline`.
  public var subscription = SubscriptionOptions()

  /// Deliveries that wait for one system at most; beyond it they end as system errors.
  public var maxWaitingPerSystem = 10_000
  /// How long a delivery waits for a free request to its system.
  public var maxWait: Duration = .seconds(30)
  /// How long a snippet waits for others to share a batch with, while the system is busy with another request.
  public var batchLinger: Duration = .milliseconds(5)
  /// Bytes of snippets in one batch, unless one alone is larger.
  public var maxBatchBytes = 1 << 20
  /// Bytes of a system's or a look-up's answer.
  public var maxAnswerBytes = 1 << 20

  /// System errors in a row that open a system's circuit, or that of a look-up's source.
  public var circuitFailures = 5
  /// How long a circuit stays open at first; doubled each time that a probe fails.
  public var circuitOpenFor: Duration = .seconds(5)
  public var circuitOpenAtMost: Duration = .seconds(60)
  /// Requests at once to a system whose circuit is half open.
  public var circuitProbes = 1

  /// Carries the version of what is kept in Redis.
  public var cachePrefix = "hyperloop:1"
  /// How long it is believed that a look-up's source has nothing; 5 s at most.
  public var absentLifetime: Duration = .seconds(5)
  /// Answers of one look-up kept in memory.
  public var maxCachedAnswers = 100_000
  public var maxCachedBytes = 64 << 20

  /// After how long an outcome that Kafka did not take is tried again.
  public var outcomeRetryPause: Duration = .seconds(1)
  /// How long a message may take to its outcome before the process is held to be stuck and ends; by default what all its
  /// steps may take one after the other. While Kafka does not take outcomes, it does not count.
  public var messageDeadline: Duration?
  /// How long a stop waits for what is in flight.
  public var drainLimit: Duration = .seconds(20)

  public init() {}
}

internal import ItemModel
internal import KafkaClient
internal import MessageProxy
internal import PostgresClient
public import SpecParser
internal import Telemetry

/// What the parts of the ingestor share.
struct IngestContext: Sendable {
  let configuration: IngestConfiguration
  let specs: SpecCatalogue
  let pool: PostgresPool
  let kafka: KafkaConfiguration
  let admin: KafkaAdmin
  let groups: GroupNames
  let topics: TopicNames
  let applier: Applier
  let relay: Relay
  let deadLetters: DeadLetterWriter
  let metrics: IngestMetrics
  let logger: Logger
  /// The first of this process's rows in the feeds' counts.
  let slotBase: Int16

  /// Repeats `work` while the database or Kafka is not to be had, with a growing pause.
  /// - Throws: what does not heal by itself, and `CancellationError`.
  func retrying<Result>(_ what: String, _ work: () async throws -> Result) async throws -> Result {
    var pause = Duration.milliseconds(100)
    while true {
      do {
        return try await work()
      } catch {
        // What a cancelled call throws depends on where it stood; whoever stops a service waits for this alone.
        if Task.isCancelled { throw CancellationError() }
        guard isPassing(error) else { throw error }
        logger.warning("not possible at the moment; trying again", ["doing": what, "error": "\(error)"])
      }
      try await Task.sleep(for: pause)
      pause = min(pause * 2, .seconds(5))
    }
  }

  /// Whether the same work may be begun again. A COMMIT whose answer was lost is safe to repeat too: what was applied
  /// is seen by its position.
  func isPassing(_ error: any Error) -> Bool {
    switch error {
    case let error as PostgresError: error.isRetriable || error.kind == .commitUnknown
    case let error as KafkaError: error.isRetriable
    default: false
    }
  }
}

/// The ingestor's limits and times.
public struct IngestConfiguration: Sendable {
  /// Records of the topics in one transaction.
  public var topicBatch = 1_000
  /// Rows of a feed in one transaction.
  public var feedBatch = 1_000
  /// Bytes of these rows' text, beyond which the transaction has fewer. A single row may have more.
  public var feedBatchBytes = 4 << 20
  /// Feeds that are read at once.
  public var parallelFeeds = 16
  /// Consumers of the topics in this process.
  public var readers = 2
  /// Messages in a lane beyond which what fills it waits: feeds for `setup`, resends for `bulk`.
  public var maxLaneBacklog = 100_000
  public var leaseTimeout: Duration = .seconds(60)
  /// How long a setup is tried from its first attempt, by lane.
  public var retryFor: Duration = .seconds(86_400)
  public var bulkRetryFor: Duration = .seconds(259_200)
  public var backoff: Duration = .seconds(1)
  public var maxBackoff: Duration = .seconds(300)
  /// An item's limits.
  public var maxWindows = 2_000
  public var maxItemBytes = 512 * 1024
  /// A feed's service level.
  public var feedDeadline: Duration = .seconds(7_200)
  public var maxFeedBytes = 1 << 30
  public var grid = GridLimits()
  public var maxOpenFeedsPerMerchant = 100
  public var historyDays = 30
  /// How long a feed is kept after its end: its file, its rows, its issues, and itself.
  public var feedRetention: Duration = .seconds(30 * 86_400)

  public init() {}
}

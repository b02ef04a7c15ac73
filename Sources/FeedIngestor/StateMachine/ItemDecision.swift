internal import Crypto
internal import ItemModel

/// What follows from an item's events: its new row, and what to do once that is committed.
struct ItemDecision {
  var state: ItemState
  /// Messages for the lanes.
  var dispatches: [Dispatch] = []
  /// By place of the event: why it was refused as a whole.
  var rejections: [Int: [DataError]] = [:]
  /// By place of the event: what its sender should know.
  var notes: [Int: [DataError]] = [:]
  var feedChanges: [FeedChange] = []
  var history: [HistoryEntry] = []
  /// Systems that a change left as they are because they hold what they should.
  var sendsAvoided = 0
}

/// One message for a lane.
struct Dispatch: Equatable {
  let lane: Lane
  let version: Int64
  let lease: Int64
  let since: Instant
  /// By place in the graph.
  let systems: [(index: Int, digest: Digest)]

  static func == (one: Dispatch, other: Dispatch) -> Bool {
    one.lane == other.lane && one.version == other.version && one.lease == other.lease
      && one.systems.elementsEqual(other.systems) { $0 == $1 }
  }
}

/// A line of an item's history.
struct HistoryEntry: Equatable {
  let version: Int64
  /// `changed`, `rejected`, `failed`, `restored`, `resent`, `retried`.
  let event: String
  let detail: String

  static func rejected(_ errors: [DataError], version: Int64) -> HistoryEntry {
    let detail = errors.map { "\($0.code) \($0.field)" }.joined(separator: ", ")
    // Fields are named by whoever sent them.
    return HistoryEntry(version: version, event: "rejected", detail: String(detail.prefix(1_000)))
  }
}

/// The times and counts that the decisions go by.
struct RetryPolicy: Equatable {
  /// How long a dispatch may be without an outcome before somebody looks.
  var leaseTimeout = Duration.seconds(60)
  /// What ends a setup, from its first attempt.
  var retryFor: [Lane: Duration] = [.price: .seconds(86_400), .setup: .seconds(86_400), .bulk: .seconds(259_200)]
  /// The first back-off; it doubles with each attempt.
  var backoff = Duration.seconds(1)
  var maxBackoff = Duration.seconds(300)
  /// Lost dispatches before the item is given up as poisoned.
  var maxRescues: Int32 = 5

  /// The wait before the next attempt, with up to a quarter of it at random so that a crowd does not come back at once.
  func delay(attempts: Int32, seed: UInt64) -> Duration {
    let doubling = backoff.microseconds.multipliedReportingOverflow(by: 1 << Int64(min(attempts, 30)))
    let doubled = min(doubling.overflow ? .max : doubling.partialValue, maxBackoff.microseconds)
    var mixed = seed &+ 0x9E37_79B9_7F4A_7C15 &* UInt64(attempts + 1)
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    let jitter = Int64((mixed >> 33) % UInt64(max(1, doubled / 4)))
    return .microseconds(doubled + jitter)
  }
}

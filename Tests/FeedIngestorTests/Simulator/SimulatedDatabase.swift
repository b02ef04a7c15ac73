internal import Crypto
internal import ItemModel

@testable internal import FeedIngestor

/// All that is committed. A value, so that a copy is a backup.
struct SimulatedDatabase {
  struct Outgoing {
    let message: SimulatedMessage
    /// Where it stands in its lane, once that is noted.
    var offset: Int?
    /// It was dispatched anew.
    var isOver = false
  }

  struct FeedItem: Hashable {
    let feed: Int64
    let item: Int
  }

  var states: [Int: ItemState] = [:]
  var items: [Int: NaiveItem] = [:]
  /// The next records to be read.
  var setupPosition = 0
  var outcomePosition = 0
  var answerPosition = 0
  var outbox: [Int64: Outgoing] = [:]
  var nextLease: Int64 = 1
  var timeline: Int32 = 1
  var feedItems: [FeedItem: FeedWatcher] = [:]
  var feedReceived: [Int64: Int64] = [:]
  var feedRows: [Int64: FeedCounts.Rows] = [:]
  var feedSystems: [FeedCounts.System: FeedCounts.Standings] = [:]

  mutating func add(_ counts: FeedCounts) {
    for (feed, rows) in counts.rows {
      feedRows[feed, default: FeedCounts.Rows()].succeeded += rows.succeeded
      feedRows[feed, default: FeedCounts.Rows()].failed += rows.failed
    }
    for (system, moved) in counts.systems {
      feedSystems[system, default: FeedCounts.Standings()].pending += moved.pending
      feedSystems[system, default: FeedCounts.Standings()].delivered += moved.delivered
      feedSystems[system, default: FeedCounts.Standings()].avoided += moved.avoided
      feedSystems[system, default: FeedCounts.Standings()].failed += moved.failed
    }
  }
}

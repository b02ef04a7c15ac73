internal import ItemModel

/// Events on their way into items, and the places in their sources that are reached with them.
struct ApplyBatch {
  /// Topic partitions that this batch reads on in.
  var advances: [PositionAdvance] = []
  var entries: [Entry] = []
  /// The feed whose rows these are, if any.
  var feed: FeedProgress?
  var purpose = Purpose.apply
  /// For items that stay as they are: what the feed's rows before these would have made of them.
  var carried: [ItemKey: ItemState] = [:]

  enum Purpose {
    /// The items change, and what follows from that is sent.
    case apply
    /// The items stay as they are: the feed's rows are noted, with what the items would say of them.
    case check
    /// As `check`, and all rows fail, since one alone fails all.
    case refuse
    /// Nothing is written: only the report is wanted.
    case look
  }

  /// One event of one item.
  struct Entry {
    let key: ItemKey
    let event: ItemEvent
    var origin = Origin.inner
    /// The rows of which it was merged, so that a bad one holds back itself alone.
    var parts: [Entry] = []
  }

  enum Origin: Equatable {
    /// A record of `advances[source]`, at this offset.
    case record(source: Int, offset: Int64)
    /// Rows of `feed`, by place in its `rows`.
    case rows([Int])
    case inner

    var rows: [Int] { if case .rows(let rows) = self { rows } else { [] } }
  }
}

/// A stretch of a topic's partition: `from` is where the reader stood before it, `next` where it stands after.
struct PositionAdvance: Equatable {
  let topic: String
  let partition: Int32
  let from: Int64
  let next: Int64
}

/// A stretch of a feed's rows.
struct FeedProgress {
  let feed: Int64
  /// The process that has claimed the feed: while it is another, nothing is applied.
  var runner: String?
  /// The index of the first of `rows`, and the one behind the last.
  let from: Int64
  let next: Int64
  /// Whether the file ends here.
  var isLast: Bool
  /// Why the file ends early; set only with `isLast`.
  var fault: FeedFault?
  var rows: [FeedRow]
  /// The change that some of the rows make together, by their places; nil when they cannot be merged again.
  var merge: (@Sendable ([Int]) -> [UInt8])?
  /// The feed's issues by code so far, this stretch's included. Refusals by items are added while applying.
  var issues: IssueTally
}

/// What `apply` did.
struct ApplyReport {
  /// Messages for the lanes, to be published now that they are committed.
  var messages: [OutboxMessage] = []
  /// Partitions whose reader is not where the database is: to be sought to `next`, their records were not applied. Nil
  /// when the database knows no place in them.
  var stale: [(topic: String, partition: Int32, next: Int64?)] = []
  /// Events that were applied before, or belong to stale partitions, by place in the batch's entries.
  var passedOver: Set<Int> = []
  /// Events that were refused, as a whole or some of their rows, by place in the batch's entries.
  var rejections: [Int: [DataError]] = [:]
  /// Answers about items that are not there.
  var unknown = 0
  var applied = 0
  var sendsAvoided = 0
  /// What would have become of items that stay as they are.
  var states: [(key: ItemKey, state: ItemState)] = []
  /// The feed's issues, refusals included.
  var issues: IssueTally?
  /// The database's clock.
  var now = Instant(microseconds: 0)
}

/// A lane's message that is committed and has to be published.
struct OutboxMessage: Sendable {
  let lane: Lane
  let key: ItemKey
  let lease: Int64
  let bytes: [UInt8]
}

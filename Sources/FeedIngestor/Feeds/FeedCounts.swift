internal import ItemModel

/// The differences that one batch makes to feeds' counts.
struct FeedCounts {
  struct Rows: Equatable {
    var received: Int64 = 0
    var succeeded: Int64 = 0
    var failed: Int64 = 0
  }

  struct System: Hashable {
    let feed: Int64
    let system: String
  }

  /// Items by how a system fares. Blocked ones count as failed.
  struct Standings: Equatable {
    var pending: Int64 = 0
    var delivered: Int64 = 0
    var avoided: Int64 = 0
    var failed: Int64 = 0
  }

  struct ItemKeyInFeed: Hashable {
    let feed: Int64
    let gtin: GTIN
  }

  private(set) var rows: [Int64: Rows] = [:]
  private(set) var systems: [System: Standings] = [:]
  private(set) var items: [ItemKeyInFeed: (feed: Int64, gtin: GTIN, watcher: FeedWatcher)] = [:]

  init() {}

  mutating func add(_ change: FeedChange, of key: ItemKey) {
    items[ItemKeyInFeed(feed: change.feed, gtin: key.gtin)] = (change.feed, key.gtin, change.watcher)
    for move in change.moves {
      let system = System(feed: change.feed, system: move.system)
      if let from = move.from { systems[system, default: Standings()].add(-1, to: from) }
      systems[system, default: Standings()].add(1, to: move.to)
    }
    if change.rowsDone != 0 {
      let count = Int64(change.rowsDone)
      let result = change.rowsDone < 0 ? change.previous : change.watcher.result
      if result == .success {
        rows[change.feed, default: Rows()].succeeded += count
      } else {
        rows[change.feed, default: Rows()].failed += count
      }
    }
  }

  mutating func add(received: Int64, failed: Int64, to feed: Int64) {
    guard received != 0 || failed != 0 else { return }
    rows[feed, default: Rows()].received += received
    rows[feed, default: Rows()].failed += failed
  }
}

extension FeedCounts.Standings {
  mutating func add(_ count: Int64, to status: FeedSystemStatus) {
    switch status {
    case .pending: pending += count
    case .delivered: delivered += count
    case .avoided: avoided += count
    case .failed, .blocked: failed += count
    }
  }
}

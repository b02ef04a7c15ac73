/// What a feed is told of one of its items and one system.
public enum FeedSystemStatus: UInt8, Sendable, Equatable {
  case pending = 0
  case delivered = 1
  /// It held what it should already.
  case avoided = 2
  case failed = 3
  /// Behind a failure.
  case blocked = 4

  var isFinal: Bool { self != .pending }
}

/// A system's part in a feed's item.
public struct FeedSystemResult: Sendable, Equatable {
  public var status: FeedSystemStatus
  /// Why it failed: `SystemFailure.Kind`'s raw value, and the code.
  public var failure: UInt8?
  public var code: String
}

/// A feed that waits for an item: which of its rows became part of it, and how each system fares.
///
/// Kept with the item, so that the end of the feed's item is decided under the item's lock; taken away when every system
/// has ended.
struct FeedWatcher: Equatable {
  let feed: Int64
  /// The feed's rows that became part of the item.
  var rows: Int32
  /// The version that the last of them brought, or found.
  var version: Int64
  /// By system's name.
  var systems: [String: FeedSystemResult]

  var isDone: Bool { systems.values.allSatisfy { $0.status.isFinal } }
}

/// What of a feed's count changes.
struct FeedChange: Equatable {
  let feed: Int64
  /// The item's standing in the feed, for its page.
  let watcher: FeedWatcher
  /// By system: out of one status (none for the first time), into another.
  var moves: [(system: String, from: FeedSystemStatus?, to: FeedSystemStatus)] = []
  /// Rows whose end this decides, or (negative) opens again.
  var rowsDone: Int32 = 0
  /// The item's end before it was opened again.
  var previous: FeedItemResult?

  static func == (one: FeedChange, other: FeedChange) -> Bool {
    one.feed == other.feed && one.watcher == other.watcher && one.rowsDone == other.rowsDone
      && one.moves.elementsEqual(other.moves) { $0 == $1 }
  }
}

/// How a feed's item ended, as its rows report it.
public enum FeedItemResult: Int16, Sendable {
  case inProgress = 0
  case success = 1
  case dataError = 2
  case systemError = 3
  case timeoutError = 4
}

extension FeedWatcher {
  /// The worst of the systems' ends; blocked systems follow the failure that blocks them.
  var result: FeedItemResult {
    guard isDone else { return .inProgress }
    let kinds = Set(systems.values.compactMap(\.failure))
    if kinds.contains(SystemFailure.Kind.data.rawValue) { return .dataError }
    if kinds.contains(SystemFailure.Kind.system.rawValue) { return .systemError }
    if kinds.contains(SystemFailure.Kind.timeout.rawValue) { return .timeoutError }
    return .success
  }
}

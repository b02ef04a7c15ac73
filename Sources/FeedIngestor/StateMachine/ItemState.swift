internal import Crypto
internal import ItemModel
internal import JSONCodec

/// All that is known of one item: its row.
struct ItemState: Equatable {
  /// The form of the GTIN in which the item first came.
  var gtin: String
  /// The item's own version; 0 before its first change.
  var version: Int64 = 0
  /// The database's timeline in which the row was written; in another one it may be stale.
  var timeline: Int32
  var attributes: Attributes = .empty
  /// Of the last change.
  var correlationID = ""
  /// The systems file's fingerprint under which the wanted digests were computed.
  var fingerprint: Digest?
  /// By place in the graph.
  var systems: [SystemState]
  /// By name: what the row says of systems that are not in the graph. Another process may know them, while the systems
  /// file changes.
  var others: [String: SystemState] = [:]
  /// The feeds that wait for this item.
  var watchers: [FeedWatcher] = []

  init(gtin: String, timeline: Int32, systemCount: Int) {
    self.gtin = gtin
    self.timeline = timeline
    systems = Array(repeating: SystemState(), count: systemCount)
  }

  static func == (one: ItemState, other: ItemState) -> Bool {
    one.version == other.version && one.gtin == other.gtin && one.timeline == other.timeline
      && one.correlationID == other.correlationID && one.fingerprint == other.fingerprint
      && one.systems == other.systems && one.others == other.others && one.watchers == other.watchers
      && one.attributes.root.rawBytes == other.attributes.root.rawBytes
  }

  /// The next moment at which something has to be looked at, if any.
  var due: Instant? {
    var earliest: Instant?
    for system in systems { earliest = earliest.earlier(system.due) }
    for system in others.values { earliest = earliest.earlier(system.due) }
    return earliest
  }
}

extension SystemState {
  /// The next moment at which it has to be looked at, if any.
  var due: Instant? { (open?.deadline as Instant?).earlier(retryAt) }
}

extension Instant? {
  fileprivate func earlier(_ other: Instant?) -> Instant? {
    guard let self, let other else { return self ?? other }
    return min(self, other)
  }
}

extension SystemGraph {
  /// Where each system stands, by place.
  func standings(in state: ItemState) -> [Standing] {
    var standings: [Standing] = []
    standings.reserveCapacity(systems.count)
    for (index, system) in state.systems.enumerated() {
      standings.append(standing(of: system, after: self.systems[index].after.map { standings[$0] }))
    }
    return standings
  }

  private func standing(of system: SystemState, after: [Standing]) -> Standing {
    if case .nothing = system.wanted { return .none }
    if system.isSettled { return .settled }
    if system.failure != nil { return .failed }
    if after.contains(where: { $0 == .failed || $0 == .blocked }) { return .blocked }
    return system.open == nil ? .pending : .underWay
  }
}

internal import ItemModel

extension ItemStep {
  /// A feed's rows became part of the item: from now on it is told how the systems fare.
  mutating func watch(_ part: ItemChange.FeedPart) {
    var watchers = decision.state.watchers
    let place = watchers.firstIndex { $0.feed == part.feed }
    let earlier = place.map { watchers[$0] } ?? part.previous
    var watcher =
      earlier ?? FeedWatcher(feed: part.feed, rows: 0, version: 0, systems: [:])
    var change = FeedChange(feed: part.feed, watcher: watcher)
    if let earlier, earlier.isDone, place == nil { change.rowsDone = -earlier.rows }
    change.previous = change.rowsDone < 0 ? earlier?.result : nil
    watcher.rows += part.rows
    watcher.version = decision.state.version
    let standings = graph.standings(in: decision.state)
    for (index, system) in graph.systems.enumerated() {
      let result = standings[index].atArrival(of: decision.state.systems[index])
      guard let result else { continue }
      let old = watcher.systems[system.name]?.status
      // Avoiding to send what this very feed had sent before is no news.
      if result.status == .avoided, old == .delivered { continue }
      watcher.systems[system.name] = result
      if old != result.status { change.moves.append((system.name, old, result.status)) }
    }
    if let place { watchers[place] = watcher } else { watchers.append(watcher) }
    decision.state.watchers = watchers
    add(change, watcher: watcher)
  }

  /// Tells the feeds what has ended since; those for which everything has are done with the item.
  mutating func updateWatchers() {
    guard !decision.state.watchers.isEmpty else { return }
    let standings = graph.standings(in: decision.state)
    var remaining: [FeedWatcher] = []
    for var watcher in decision.state.watchers {
      var change = FeedChange(feed: watcher.feed, watcher: watcher)
      for (name, result) in watcher.systems where !result.status.isFinal {
        let end = self.end(of: name, standings: standings, version: watcher.version)
        guard let end else { continue }
        watcher.systems[name] = end
        change.moves.append((name, .pending, end.status))
      }
      if watcher.isDone { change.rowsDone = watcher.rows } else { remaining.append(watcher) }
      if watcher.isDone || !change.moves.isEmpty { add(change, watcher: watcher) }
    }
    decision.state.watchers = remaining
  }

  /// How a system that was pending for a feed has ended, or nil.
  private func end(of name: String, standings: [Standing], version: Int64) -> FeedSystemResult? {
    guard let place = graph.index(of: name) else {
      // A system that was taken out of the systems file: its open work ends as settled.
      return FeedSystemResult(status: .avoided, code: "")
    }
    let system = decision.state.systems[place]
    // A newer version's acceptance ends an overtaken one too, or a hot item would keep its feeds open for ever.
    if system.accepted >= version { return FeedSystemResult(status: .delivered, code: "") }
    switch standings[place] {
    case .settled: return FeedSystemResult(status: .delivered, code: "")
    case .none: return FeedSystemResult(status: .avoided, code: "")
    case .failed: return .failed(system.failure)
    case .blocked: return FeedSystemResult(status: .blocked, code: "blocked")
    case .pending, .underWay: return nil
    }
  }

  private mutating func add(_ change: FeedChange, watcher: FeedWatcher) {
    decision.feedChanges.append(
      FeedChange(
        feed: change.feed, watcher: watcher, moves: change.moves, rowsDone: change.rowsDone,
        previous: change.previous))
  }
}

extension Standing {
  /// What a feed is told of a system when its rows arrive; nil when there is nothing for the system.
  fileprivate func atArrival(of system: SystemState) -> FeedSystemResult? {
    switch self {
    case .none: nil
    case .settled: FeedSystemResult(status: .avoided, code: "")
    case .pending, .underWay: FeedSystemResult(status: .pending, code: "")
    case .failed: .failed(system.failure)
    case .blocked: FeedSystemResult(status: .blocked, code: "blocked")
    }
  }
}

extension FeedSystemResult {
  fileprivate static func failed(_ failure: SystemFailure?) -> FeedSystemResult {
    FeedSystemResult(status: .failed, failure: failure?.kind.rawValue, code: failure?.code ?? "failed")
  }
}

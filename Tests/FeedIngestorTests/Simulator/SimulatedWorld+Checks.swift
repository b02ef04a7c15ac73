internal import ItemModel

@testable internal import FeedIngestor

/// What must hold at every step.
extension SimulatedWorld {
  /// What a row says that a system holds, it holds. A row of another timeline says nothing.
  func checkHoldings() {
    for (item, state) in database.states where state.timeline == database.timeline {
      for (place, system) in state.systems.enumerated() {
        guard let held = system.held else { continue }
        let expected = contents[SystemDigest(system: place, digest: held)]
        let actual = holding(of: place, item: item)
        if actual != expected {
          violate("\(Systems.names[place]) holds \(actual ?? "nothing"), not \(expected ?? "?") as item \(item) says")
        }
      }
    }
  }

  /// What a system holds, or will once it has read its topic; of cost, whose delivery is its own answer.
  func holding(of system: Int, item: Int) -> String? {
    guard system == 3 else { return systems[system].holdings[item]?.content }
    return topics[3]?.filter { $0.item == item }.max { $0.version < $1.version }?.content
  }

  /// Nobody is sent what is known to be held, or what is awaited.
  func checkSends(_ decision: ItemDecision, before: ItemState?, events: [ItemEvent]) {
    guard let before, before.timeline == database.timeline else { return }
    let concerned = Set(events.flatMap(\.concerned))
    var seen: Set<Int> = []
    for dispatch in decision.dispatches {
      for (place, digest) in dispatch.systems {
        let system = before.systems[place]
        if !seen.insert(place).inserted { violate("\(Systems.names[place]) is dispatched twice at once") }
        if dispatch.version < system.newest { violate("\(Systems.names[place]) is sent an older version") }
        if concerned.contains(Systems.names[place]) { continue }
        if system.held == digest { violate("\(Systems.names[place]) is sent what it holds") }
        if case .answer(let until) = system.open, until > now, system.sent == digest {
          violate("\(Systems.names[place]) is sent again what awaits its answer")
        }
      }
    }
  }

  /// Nobody is updated before those that come before it have had the same version's part.
  func checkPrerequisites(_ delivery: SimulatedDelivery) {
    let version = SystemVersion(item: delivery.item, system: delivery.system, version: delivery.version)
    for (place, content) in prerequisites[version] ?? [:] {
      let had = systems[place].history[delivery.item]?.contains { $0.content == content } ?? false
      let isAhead = (systems[place].holdings[delivery.item]?.version ?? 0) > delivery.version
      if !had, !isAhead { violate("\(Systems.names[delivery.system]) comes before \(Systems.names[place])") }
    }
  }

  /// The feeds' counts add up, and none is below zero.
  func checkCounts() {
    for (feed, rows) in database.feedRows {
      if rows.succeeded < 0 || rows.failed < 0 { violate("feed \(feed) counts rows below zero: \(rows)") }
      if rows.succeeded + rows.failed > database.feedReceived[feed] ?? 0 { violate("feed \(feed) ends too many rows") }
    }
    for (system, count) in database.feedSystems {
      let numbers = [count.pending, count.delivered, count.avoided, count.failed]
      let items = database.feedItems.filter { $0.key.feed == system.feed && $0.value.systems[system.system] != nil }
      if numbers.contains(where: { $0 < 0 }) { violate("feed \(system.feed) counts below zero: \(count)") }
      if numbers.reduce(0, +) != items.count { violate("feed \(system.feed) counts \(count) of \(items.count)") }
      let pending = items.count { $0.value.systems[system.system]?.status == .pending }
      if count.pending != pending { violate("feed \(system.feed) counts \(count), \(pending) are pending") }
    }
  }
}

extension ItemEvent {
  /// The systems that it tells something of.
  fileprivate var concerned: [String] {
    switch self {
    case .outcome(_, _, let outcomes): outcomes.map(\.name)
    case .acknowledgement(let system, _, _, _, _), .resend(let system): [system]
    case .change, .timer, .unpublished, .unpublishable, .retry: []
    }
  }
}

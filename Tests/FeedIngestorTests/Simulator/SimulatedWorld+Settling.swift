internal import ItemModel
internal import Randomness

@testable internal import FeedIngestor

/// Faults off, everything ends; then all must be as the items' last attributes say.
extension SimulatedWorld {
  func settle(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    hasFaults = false
    // A restored row comes to itself at its next event.
    for item in database.states.keys.sorted() {
      try apply([Incoming(event: .timer(leases: [:]))], to: item, random: &random)
    }
    for _ in 0..<4 {
      guard try drain(&random) else { return violate("it does not come to rest") }
      let failed = database.states.filter { $0.value.systems.contains { $0.failure.map { $0.kind != .data } ?? false } }
      guard !failed.isEmpty else { return checkEnd() }
      for item in failed.keys.sorted() { try apply([Incoming(event: .retry)], to: item, random: &random) }
    }
    violate("systems go on failing")
  }

  /// Lets everything run to its end. False when there is none.
  private func drain(_ random: inout SeededRandom) throws -> Bool {
    for _ in 0..<2_000 {
      var isBusy = try readSetup(100, &random)
      if try readOutcomes(100, &random) { isBusy = true }
      if try readAnswers(100, &random) { isBusy = true }
      if try sweep(random: &random) { isBusy = true }
      for lane in lanes.indices { begin(lane: lane, &random) }
      if work(&random) { isBusy = true }
      for system in [2, 3] where readTopic(system, &random) { isBusy = true }
      if !lateRequests.isEmpty || !heldUpAnswers.isEmpty { isBusy = true }
      arriveLate(&random)
      answer(&random)
      checkHoldings()
      if isBusy { continue }
      guard let due = database.states.values.compactMap(\.due).min() else { return true }
      now = max(now, due)
      _ = try fireTimers(random: &random)
    }
    return false
  }

  private func checkEnd() {
    for (item, state) in database.states {
      let naive = database.items[item] ?? NaiveItem()
      var standings: [Standing] = []
      for place in state.systems.indices {
        let before = machine.graph.systems[place].after.map { standings[$0] }
        standings.append(expected(naive.content(for: place), by: place, before: before))
        if case .snippet(let content) = naive.content(for: place), standings[place] == .settled {
          let held = holding(of: place, item: item)
          if held != content { violate("\(Systems.names[place]) ends with \(held ?? "nothing"), not \(content)") }
        }
        let system = state.systems[place]
        if system.open != nil || system.retryAt != nil { violate("\(Systems.names[place]) is never done") }
      }
      let actual = machine.graph.standings(in: state)
      if actual != standings { violate("item \(item) ends as \(actual), not \(standings)") }
      if !state.watchers.isEmpty { violate("item \(item) is still watched: \(state.watchers)") }
    }
    for (feed, received) in database.feedReceived {
      let rows = database.feedRows[feed] ?? FeedCounts.Rows()
      if rows.succeeded + rows.failed != received { violate("feed \(feed) ends with \(rows) of \(received)") }
    }
  }

  private func expected(_ content: NaiveItem.Content, by place: Int, before: [Standing]) -> Standing {
    switch content {
    case .nothing: .none
    case .missing: .failed
    case .snippet(let content):
      if before.contains(where: { $0 == .failed || $0 == .blocked }) {
        .blocked
      } else if place != 3, SimulatedSystem.refuses(content) {
        .failed
      } else {
        .settled
      }
    }
  }
}

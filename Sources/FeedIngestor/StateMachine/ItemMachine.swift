internal import Crypto
internal import ItemModel

/// Decides what becomes of an item when something happens to it: `(state, events, now) → (state, effects)`.
///
/// It holds the rules for what a system is known to hold, for versions, leases, retries and the order of the systems. It
/// reads no clock and does no work of its own; the caller holds the item's lock, stores the state, and performs the
/// effects once that is committed.
struct ItemMachine {
  let graph: SystemGraph
  var policy = RetryPolicy()
  var limits = ItemLimits()

  /// Applies `events` in order, then dispatches what has become possible.
  /// - Parameters:
  ///   - state: the stored row, nil for a new item.
  ///   - now: the database's clock.
  ///   - timeline: the database's timeline.
  ///   - nextLease: gives a number that was never given before.
  func apply(
    _ events: [ItemEvent], to key: ItemKey, state: ItemState?, now: Instant, timeline: Int32,
    nextLease: () -> Int64
  ) -> ItemDecision {
    let before = state ?? ItemState(gtin: "", timeline: timeline, systemCount: graph.systems.count)
    var step = ItemStep(machine: self, key: key, state: before, now: now)
    step.adopt(timeline: timeline)
    for (index, event) in events.enumerated() { step.apply(event, at: index) }
    step.updateWatchers()
    step.dispatch(nextLease: nextLease)
    return step.decision
  }
}

/// One item's turn: the state as it changes, and the effects as they gather.
struct ItemStep {
  let machine: ItemMachine
  let key: ItemKey
  let now: Instant
  var decision: ItemDecision

  init(machine: ItemMachine, key: ItemKey, state: ItemState, now: Instant) {
    self.machine = machine
    self.key = key
    self.now = now
    decision = ItemDecision(state: state)
  }

  var graph: SystemGraph { machine.graph }
  var policy: RetryPolicy { machine.policy }

  /// Brings a row that was written under another timeline or another systems file up to date.
  ///
  /// After a restore nothing is known of what the systems hold: what they were sent since may be lost here.
  mutating func adopt(timeline: Int32) {
    if decision.state.timeline != timeline {
      decision.state.timeline = timeline
      for index in decision.state.systems.indices { decision.state.systems[index].beginAnew() }
      for name in decision.state.others.keys { decision.state.others[name]?.beginAnew() }
      if decision.state.version > 0 {
        raiseVersion()
        record("restored", "the database's timeline is \(timeline)")
      }
    }
    if decision.state.fingerprint != graph.fingerprint { want(lane: .bulk) }
  }

  /// The item's next version: above every earlier one, also over a database that was restored.
  mutating func raiseVersion() {
    decision.state.version = max(decision.state.version + 1, now.microseconds)
  }

  mutating func record(_ event: String, _ detail: String) {
    decision.history.append(HistoryEntry(version: decision.state.version, event: event, detail: detail))
  }

  mutating func apply(_ event: ItemEvent, at index: Int) {
    // Before its first change the item is nothing that anything could be sent of: an answer is of a time that is undone,
    // and must not bring it into being.
    if event.isAnswer, decision.state.version == 0 { return }
    switch event {
    case .change(let change): apply(change, at: index)
    case .outcome(let version, let lease, let outcomes):
      for outcome in outcomes {
        guard let place = graph.index(of: outcome.name) else { continue }
        apply(outcome, of: place, version: version, lease: lease)
      }
    case .acknowledgement(let system, let version, let isAccepted, let code, let description):
      guard let place = graph.index(of: system) else { return }
      if isAccepted {
        accept(place, version: version)
      } else {
        reject(place, version: version, code: code ?? "rejected", description: description ?? "")
      }
    case .timer(let leases): fireTimers(leases)
    case .unpublished(let lease):
      for place in decision.state.systems.indices where decision.state.systems[place].holds(lease: lease) {
        decision.state.systems[place].open = nil
      }
    case .unpublishable(let lease, let code, let description):
      for place in decision.state.systems.indices where decision.state.systems[place].holds(lease: lease) {
        guard endDispatch(of: place) else { continue }
        fail(place, .system, code: code, description: description)
      }
    case .resend(let system):
      guard let place = graph.index(of: system), decision.state.version > 0 else { return }
      resend(place)
    case .retry: retryFailed()
    }
  }

  private mutating func resend(_ place: Int) {
    guard decision.state.systems[place].wanted != .nothing else { return }
    raiseVersion()
    decision.state.systems[place].forgetDispatches()
    decision.state.systems[place].restart(lane: .bulk)
    refuseMissing(place)
    record("resent", graph.systems[place].name)
  }

  private mutating func retryFailed() {
    let failed = decision.state.systems.indices.filter { decision.state.systems[$0].failure != nil }
    guard !failed.isEmpty else { return }
    raiseVersion()
    for place in failed {
      decision.state.systems[place].restart(lane: .setup)
      refuseMissing(place)
    }
    record("retried", failed.map { graph.systems[$0].name }.joined(separator: ", "))
  }
}

extension SystemState {
  /// Nothing is known of what it holds or was sent; its next dispatch begins a new run.
  mutating func forgetDispatches() {
    held = nil
    sent = nil
    open = nil
    retryAt = nil
  }

  /// A restore undid what is known of it: nothing is known, and its time begins again.
  mutating func beginAnew() {
    forgetDispatches()
    attempts = 0
    rescues = 0
    since = nil
    tried = nil
  }

  /// Pursues what is wanted from the beginning.
  mutating func restart(lane: Lane) {
    self.lane = lane
    attempts = 0
    rescues = 0
    since = nil
    tried = nil
    retryAt = nil
    failure = nil
  }

  func holds(lease: Int64) -> Bool {
    guard case .lease(let own, _) = open else { return false }
    return own == lease
  }
}

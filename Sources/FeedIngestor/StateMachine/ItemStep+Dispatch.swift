internal import Crypto
internal import ItemModel

extension ItemStep {
  /// Sends everything that may be sent now: a message for each lane and version.
  ///
  /// A system goes into a message when those before it are settled, or stand in the same message and answer at once.
  mutating func dispatch(nextLease: () -> Int64) {
    let candidates = graph.systems.indices.filter(isWaitingToBeSent)
    guard !candidates.isEmpty else { return }
    // A version that was sent with something else, or refused, cannot be used again.
    let mustRise = candidates.contains { place in
      let system = decision.state.systems[place]
      return !isRepeat(system) && system.newest >= decision.state.version
    }
    if mustRise { raiseVersion() }
    var messages: [Draft] = []
    for place in candidates {
      let system = decision.state.systems[place]
      let draft = Draft(lane: system.lane, version: isRepeat(system) ? system.newest : decision.state.version)
      let message = messages.firstIndex { $0.lane == draft.lane && $0.version == draft.version }
      let companions = message.map { messages[$0].places } ?? []
      guard maySend(place, beside: companions) else { continue }
      if let message { messages[message].places.append(place) } else { messages.append(draft.with(place)) }
    }
    for message in messages { send(message, lease: nextLease()) }
  }

  private struct Draft {
    let lane: Lane
    let version: Int64
    var places: [Int] = []

    func with(_ place: Int) -> Draft {
      var draft = self
      draft.places.append(place)
      return draft
    }
  }

  private func isWaitingToBeSent(_ place: Int) -> Bool {
    let system = decision.state.systems[place]
    guard case .digest = system.wanted, !system.isSettled, system.failure == nil, !system.isUnderWay else {
      return false
    }
    if let retryAt = system.retryAt { return retryAt <= now }
    return true
  }

  /// The newest dispatch carried what is still wanted: another try goes under the same version, hence the same name.
  /// Not so after a `restart`, since an operator's retry takes a new version.
  private func isRepeat(_ system: SystemState) -> Bool {
    guard case .digest(let digest) = system.wanted else { return false }
    return system.since != nil && system.sent == digest
  }

  private func maySend(_ place: Int, beside companions: [Int]) -> Bool {
    graph.systems[place].after.allSatisfy { before in
      decision.state.systems[before].isSettled
        || (companions.contains(before) && graph.systems[before].acknowledges == nil)
    }
  }

  /// From here on it is not known what the systems hold, until they accept.
  private mutating func send(_ draft: Draft, lease: Int64) {
    var systems: [(index: Int, digest: Digest)] = []
    for place in draft.places {
      guard case .digest(let digest) = decision.state.systems[place].wanted else { continue }
      systems.append((place, digest))
      var system = decision.state.systems[place]
      if system.sent != digest {
        system.sent = digest
        system.runFrom = draft.version
      }
      system.newest = draft.version
      system.held = nil
      system.retryAt = nil
      system.since = system.since ?? now
      system.open = .lease(lease, checkAt: now + policy.leaseTimeout)
      decision.state.systems[place] = system
    }
    let since = systems.compactMap { decision.state.systems[$0.index].since }.min() ?? now
    decision.dispatches.append(
      Dispatch(lane: draft.lane, version: draft.version, lease: lease, since: since, systems: systems))
  }
}

internal import Crypto
internal import ItemModel

extension ItemStep {
  /// Merges a change, gives it a version if it says anything new, and decides who needs it.
  mutating func apply(_ change: ItemChange, at index: Int) {
    let merged: MergedAttributes
    do {
      merged = try decision.state.attributes.merging(
        change.attributes, rules: graph.coChange, limits: machine.limits)
    } catch {
      decision.rejections[index] = error.errors
      decision.history.append(.rejected(error.errors, version: decision.state.version))
      return
    }
    if !merged.notes.isEmpty { decision.notes[index] = merged.notes }
    // What was given up by our own fault gets another chance, even if the change says nothing new.
    let givenUp = decision.state.systems.indices.filter { isGivenUp($0) }
    let isNew = decision.state.version == 0 || !merged.changed.isEmpty || !givenUp.isEmpty
    if isNew {
      raiseVersion()
      if decision.state.gtin.isEmpty { decision.state.gtin = change.gtin }
      decision.state.attributes = merged.attributes
      decision.state.correlationID = change.correlationID
      for place in givenUp { decision.state.systems[place].restart(lane: change.lane) }
      record("changed", merged.changed.groups.map(\.name).joined(separator: ", "))
      want(lane: change.lane)
    }
    decision.sendsAvoided += decision.state.systems.count { $0.wanted != .nothing && $0.isSettled }
    if let part = change.feed { watch(part) }
  }

  private func isGivenUp(_ place: Int) -> Bool {
    switch decision.state.systems[place].failure?.kind {
    case .system, .timeout: true
    case .data, .none: false
    }
  }

  /// Computes anew what every system should hold; those for which that differs are pursued in `lane` or above.
  mutating func want(lane: Lane) {
    decision.state.fingerprint = graph.fingerprint
    guard decision.state.version > 0 else { return }
    let item = TemplateItem(
      key: key, gtin: decision.state.gtin, version: decision.state.version, attributes: decision.state.attributes)
    for (place, wanted) in graph.wanted(item).enumerated() {
      let system = decision.state.systems[place]
      guard wanted != system.wanted else { continue }
      let cause = system.isSettled || system.failure != nil ? lane : max(lane, system.lane)
      decision.state.systems[place].wanted = wanted
      decision.state.systems[place].restart(lane: cause)
      refuseMissing(place)
    }
  }

  /// A snippet that cannot be made is the merchant's matter at once.
  mutating func refuseMissing(_ place: Int) {
    guard case .missing(let path) = decision.state.systems[place].wanted else { return }
    fail(
      place, .data, code: "missing_attribute",
      description: "\(graph.systems[place].name) needs \(path), which the item does not have.")
  }
}

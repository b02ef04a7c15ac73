internal import Crypto
internal import ItemModel

extension ItemStep {
  /// How far the database's clock may have been ahead of what it is now.
  private static let clockError = Duration.seconds(366 * 86_400)

  /// What a worker reports of one system. An acceptance counts by what was sent; everything else only by its lease, and
  /// a failure only while what failed is still wanted: what is wanted instead has not been tried.
  mutating func apply(_ outcome: SystemOutcome, of place: Int, version: Int64, lease: Int64) {
    if outcome.result == .accepted { return accept(place, version: version) }
    let system = decision.state.systems[place]
    // Even a refusal tells of a version that only a time undone by a restore can have sent.
    if version > system.newest { return meetLostTime(place, version: version) }
    // A restored database gives leases again, so the version counts too.
    guard version == system.newest, system.holds(lease: lease) else { return }
    if outcome.result == .sent { return awaitAnswer(place) }
    let isStillWanted = endDispatch(of: place)
    switch outcome.result {
    case .systemError where outcome.status == 409: yieldToNewer(place)
    case _ where !isStillWanted: break
    case .accepted, .sent: break
    case .dataError:
      fail(place, .data, code: outcome.code ?? "rejected", description: outcome.description ?? "")
    case .systemError, .superseded: retry(place, after: outcome)
    case .notAttempted: standBack(place)
    }
  }

  /// The system holds what it was sent as `version`, if nothing else was sent to it since.
  mutating func accept(_ place: Int, version: Int64) {
    let system = decision.state.systems[place]
    if version > system.newest { return meetLostTime(place, version: version) }
    decision.state.systems[place].accepted = max(system.accepted, version)
    guard let sent = system.sent, system.runFrom <= version else { return }
    decision.state.systems[place].held = sent
    decision.state.systems[place].open = nil
    decision.state.systems[place].retryAt = nil
    if case .digest(sent) = system.wanted {
      decision.state.systems[place].attempts = 0
      decision.state.systems[place].rescues = 0
      decision.state.systems[place].failure = nil
    }
  }

  /// The system's own refusal, later: a data error, of the newest send only.
  mutating func reject(_ place: Int, version: Int64, code: String, description: String) {
    let system = decision.state.systems[place]
    if version > system.newest { return meetLostTime(place, version: version) }
    guard version == system.newest, let sent = system.sent, case .digest(sent) = system.wanted, !system.isSettled else {
      return
    }
    decision.state.systems[place].open = nil
    fail(place, .data, code: code, description: description)
  }

  /// An answer about a version that this database never sent: a restore undid the time in which it was.
  private mutating func meetLostTime(_ place: Int, version: Int64) {
    // Versions go by the clock, so one from far ahead was never given by anybody.
    guard version < (now + ItemStep.clockError).microseconds else { return }
    decision.state.version = max(decision.state.version, version)
    decision.state.systems[place].newest = version
    decision.state.systems[place].beginAnew()
    decision.state.systems[place].failure = nil
    refuseMissing(place)
    record("restored", "\(graph.systems[place].name) knows version \(version)")
  }

  private mutating func awaitAnswer(_ place: Int) {
    guard let within = graph.systems[place].acknowledges else {
      return accept(place, version: decision.state.systems[place].newest)
    }
    decision.state.systems[place].open = .answer(until: now + within)
    noteAttempt(place)
  }

  /// The system is ahead of the newest dispatch: what it holds is unknown, and what follows needs a version above it.
  private mutating func yieldToNewer(_ place: Int) {
    decision.state.systems[place].forgetDispatches()
    backOff(place, atLeast: nil, code: "version_conflict", description: "The system holds a newer version.")
  }

  /// The newest dispatch has ended, one way or another.
  /// - Returns: whether what it carried is still wanted.
  mutating func endDispatch(of place: Int) -> Bool {
    defer { decision.state.systems[place].open = nil }
    return decision.state.systems[place].isUnderWay
  }

  private mutating func retry(_ place: Int, after outcome: SystemOutcome) {
    backOff(
      place, atLeast: outcome.retryAfter, code: outcome.code ?? "system_error",
      description: outcome.description ?? "")
  }

  /// Something before it was not accepted. If that has been mended since, it must not spin.
  private mutating func standBack(_ place: Int) {
    let before = graph.systems[place].after
    guard before.allSatisfy({ decision.state.systems[$0].isSettled }) else { return }
    backOff(place, atLeast: nil, code: "not_attempted", description: "A system before it was not accepted.")
  }

  /// Waits before the next attempt, or gives up when the time is up.
  private mutating func backOff(_ place: Int, atLeast wish: Duration?, code: String, description: String) {
    noteAttempt(place)
    let system = decision.state.systems[place]
    let isTimeout = code.hasPrefix("timeout")
    if hasRunOut(system) {
      return fail(place, isTimeout ? .timeout : .system, code: code, description: description)
    }
    let seed = UInt64(bitPattern: system.newest) ^ UInt64(place)
    let delay = max(policy.delay(attempts: system.attempts, seed: seed), wish ?? .zero)
    decision.state.systems[place].attempts += 1
    decision.state.systems[place].retryAt = now + delay
  }

  private mutating func noteAttempt(_ place: Int) {
    decision.state.systems[place].tried = decision.state.systems[place].tried ?? now
  }

  /// Whether its time is up. It runs from the first attempt, which is always made.
  private func hasRunOut(_ system: SystemState) -> Bool {
    guard let tried = system.tried, let limit = policy.retryFor[system.lane] else { return false }
    return now - tried >= limit
  }

  /// Gives up. A dispatch that is still under way, because it carries something else, goes on.
  mutating func fail(_ place: Int, _ kind: SystemFailure.Kind, code: String, description: String) {
    // Systems choose their codes.
    let code = String(code.prefix(100))
    decision.state.systems[place].retryAt = nil
    decision.state.systems[place].failure = SystemFailure(
      kind: kind, code: code, description: String(description.prefix(300)))
    record("failed", "\(graph.systems[place].name): \(code)")
  }

  /// Looks at everything whose moment has come.
  mutating func fireTimers(_ leases: [Int64: LeaseFate]) {
    for place in decision.state.systems.indices {
      let system = decision.state.systems[place]
      if let retryAt = system.retryAt, retryAt <= now { decision.state.systems[place].retryAt = nil }
      switch system.open {
      case .answer(let until) where until <= now: missAnswer(place)
      case .lease(let lease, let checkAt) where checkAt <= now: check(place, lease: lease, fate: leases[lease])
      case .answer, .lease, .none: break
      }
    }
    for name in decision.state.others.keys { postpone(name) }
  }

  /// A system that this process does not know: the moment is left to a process that does, while there may be one. When
  /// the time to try again is over, the system is taken for gone.
  private mutating func postpone(_ name: String) {
    guard var system = decision.state.others[name], let due = system.due, due <= now else { return }
    // From here, if it never was tried.
    system.tried = system.tried ?? now
    let isGone = hasRunOut(system)
    let later = now + policy.maxBackoff
    if let retryAt = system.retryAt, retryAt <= now { system.retryAt = isGone ? nil : later }
    switch system.open {
    case .answer(let until) where until <= now: system.open = isGone ? nil : .answer(until: later)
    case .lease(let lease, let checkAt) where checkAt <= now: system.open = isGone ? nil : .lease(lease, checkAt: later)
    case .answer, .lease, .none: break
    }
    decision.state.others[name] = system
  }

  /// The answer did not come in time: the same is sent again, under the same version.
  private mutating func missAnswer(_ place: Int) {
    decision.state.systems[place].open = nil
    guard decision.state.systems[place].failure == nil, !decision.state.systems[place].isSettled else { return }
    if hasRunOut(decision.state.systems[place]) {
      fail(place, .timeout, code: "no_acknowledgement", description: "The system did not answer.")
    }
  }

  /// The outcome did not come in time. Waiting in the topic is no error; a message that is gone is sent again.
  private mutating func check(_ place: Int, lease: Int64, fate: LeaseFate?) {
    switch fate {
    case .waiting, .none:
      decision.state.systems[place].open = .lease(lease, checkAt: now + policy.leaseTimeout)
    case .unpublished: decision.state.systems[place].open = nil
    case .consumed:
      guard endDispatch(of: place) else { return }
      decision.state.systems[place].rescues += 1
      guard decision.state.systems[place].rescues > policy.maxRescues else { return }
      fail(
        place, .system, code: "poisoned",
        description: "\(policy.maxRescues) dispatches ended without an outcome.")
    }
  }
}

internal import Randomness

/// Decides, by rules and a seeded generator, how a system behaves.
struct BehaviourEngine {
  /// What the rules say of one request or snippet.
  struct Decision: Equatable {
    var delay: Duration = .zero
    var fault: BehaviourRule?
  }

  private struct Active {
    let rule: BehaviourRule
    var left: Int
    let end: ContinuousClock.Instant?
  }

  private var active: [Active] = []
  private var random: SeededRandom
  private let seed: UInt64

  init(seed: UInt64) {
    self.seed = seed
    random = SeededRandom(seed: seed)
  }

  /// The rules that are not over.
  mutating func rules(at now: ContinuousClock.Instant) -> [BehaviourRule] {
    dropOver(at: now)
    return active.map(\.rule)
  }

  /// Replaces the rules; the same draws follow again.
  mutating func set(_ rules: [BehaviourRule], at now: ContinuousClock.Instant) {
    random = SeededRandom(seed: seed)
    active = rules.map { rule in
      Active(rule: rule, left: rule.times ?? .max, end: rule.duration.map { now + $0 })
    }
  }

  /// What to do with a request as a whole; `gtin` is given when it is about one snippet alone.
  mutating func decide(
    about gtin: @autoclosure () -> String? = nil, at now: @autoclosure () -> ContinuousClock.Instant
  ) -> Decision {
    active.isEmpty ? Decision() : draw(at: now(), perEntry: false, gtin())
  }

  /// What to do with one entry of a request.
  mutating func decideEntry(
    about gtin: @autoclosure () -> String? = nil, at now: @autoclosure () -> ContinuousClock.Instant
  ) -> BehaviourRule? {
    active.isEmpty ? nil : draw(at: now(), perEntry: true, gtin()).fault
  }

  private mutating func draw(at now: ContinuousClock.Instant, perEntry: Bool, _ gtin: String?) -> Decision {
    dropOver(at: now)
    var decision = Decision()
    for index in active.indices where active[index].rule.isPerEntry == perEntry {
      let rule = active[index].rule
      guard rule.kind == .slow || decision.fault == nil, rule.concerns(gtin) else { continue }
      guard rule.share >= 1 || Double.random(in: 0..<1, using: &random) < rule.share else { continue }
      active[index].left -= 1
      if rule.kind == .slow {
        decision.delay += rule.latency
        if rule.jitter > .zero { decision.delay += rule.jitter * Double.random(in: 0..<1, using: &random) }
      } else {
        decision.fault = rule
      }
    }
    return decision
  }

  private mutating func dropOver(at now: ContinuousClock.Instant) {
    active.removeAll { active in active.left <= 0 || active.end.map { now >= $0 } == true }
  }
}

extension BehaviourRule {
  fileprivate func concerns(_ gtin: String?) -> Bool {
    guard let fromGTIN else { return true }
    return gtin.map { $0 >= fromGTIN } ?? false
  }
}

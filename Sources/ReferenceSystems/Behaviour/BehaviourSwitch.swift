internal import Synchronization

/// A system's present rules of behaviour, changed and asked from any thread.
final class BehaviourSwitch: Sendable {
  enum Channel: Sendable { case http, kafka }

  private let engine: Mutex<BehaviourEngine>
  private let channel: Channel

  init(_ channel: Channel, seed: UInt64) {
    self.channel = channel
    engine = Mutex(BehaviourEngine(seed: seed))
  }

  var rules: [BehaviourRule] { engine.withLock { $0.rules(at: .now) } }

  /// Replaces the rules.
  /// - Throws: when a rule makes no sense for this system; the rules stay as they were.
  func set(_ rules: [BehaviourRule]) throws(BehaviourError) {
    for rule in rules {
      guard channel == .kafka ? rule.kind.suitsKafka : rule.kind.suitsHTTP else {
        throw BehaviourError("\(rule.kind.rawValue) is nothing that a system reached by \(channel) can do")
      }
      guard !rule.isPerEntry || rule.kind == .fail || rule.kind == .conflict else {
        throw BehaviourError("only fail and conflict can strike single entries")
      }
      guard (200...599).contains(rule.status) else { throw BehaviourError("\(rule.status) is no final status") }
    }
    engine.withLock { $0.set(rules, at: .now) }
  }

  /// How the system behaves towards the next request or message.
  func decide() -> BehaviourEngine.Decision { engine.withLock { $0.decide(at: .now) } }

  /// How the system behaves towards the next entry of a request.
  func decideEntry() -> BehaviourRule? { engine.withLock { $0.decideEntry(at: .now) } }
}

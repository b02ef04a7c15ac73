internal import Synchronization

/// A system's present rules of behaviour, changed and asked from any thread.
final class BehaviourSwitch: Sendable {
  enum Channel: Sendable { case http, kafka }

  private let engine: Mutex<BehaviourEngine>
  private let channel: Channel
  private let listener = Mutex<(@Sendable () -> Void)?>(nil)

  init(_ channel: Channel, seed: UInt64) {
    self.channel = channel
    engine = Mutex(BehaviourEngine(seed: seed))
  }

  var rules: [BehaviourRule] { engine.withLock { $0.rules(at: .now) } }

  /// Calls `action` each time the rules have been replaced.
  func onReplaced(_ action: @escaping @Sendable () -> Void) { listener.withLock { $0 = action } }

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
      guard rule.fromGTIN == nil || channel == .kafka || rule.isPerEntry else {
        throw BehaviourError("“fromGtin” is about single snippets: of a system reached by HTTP it needs “perEntry”")
      }
      guard (200...599).contains(rule.status) else { throw BehaviourError("\(rule.status) is no final status") }
    }
    engine.withLock { $0.set(rules, at: .now) }
    listener.withLock { $0 }?()
  }

  /// How the system behaves towards the next request or message; `gtin` is given when it is about one snippet alone.
  func decide(about gtin: @autoclosure () -> String? = nil) -> BehaviourEngine.Decision {
    engine.withLock { $0.decide(about: gtin(), at: .now) }
  }

  /// How the system behaves towards the next entry of a request.
  func decideEntry(about gtin: @autoclosure () -> String?) -> BehaviourRule? {
    engine.withLock { $0.decideEntry(about: gtin(), at: .now) }
  }
}

public import ItemModel
internal import Synchronization
internal import Telemetry

/// A system that takes snippets: what it holds, what it counted, and how it behaves. Used from any thread.
public final class SnippetSystem: Sendable {
  public let name: String
  let behaviour: BehaviourSwitch
  private let table = Mutex(SnippetTable())

  init(name: String, channel: BehaviourSwitch.Channel, seed: UInt64) {
    self.name = name
    behaviour = BehaviourSwitch(channel, seed: seed)
  }

  public var statistics: SystemStatistics { table.withLock { $0.statistics } }

  /// How many items it holds.
  public var itemCount: Int { table.withLock { $0.items.count } }

  /// What it holds of an item.
  public func held(_ item: ItemKey) -> HeldSnippet? { table.withLock { $0.items[item] } }

  /// What it holds of some items, in their order; items that it does not hold are left out.
  public func held(_ items: some Sequence<ItemKey>) -> [(item: ItemKey, snippet: HeldSnippet)] {
    table.withLock { table in
      items.compactMap { item in table.items[item].map { (item: item, snippet: $0) } }
    }
  }

  /// The items that it holds, in order.
  public func items() -> [ItemKey] {
    let unsorted = table.withLock { Array($0.items.keys) }
    return unsorted.sorted()
  }

  /// Replaces the rules of behaviour; none is the normal behaviour.
  /// - Throws: when a rule makes no sense for this system; the rules stay as they were.
  public func setBehaviour(_ rules: [BehaviourRule]) throws(BehaviourError) { try behaviour.set(rules) }

  /// Forgets all items and counts.
  func removeAll() { table.withLock { $0.removeAll() } }

  func recover(_ deliveries: [SnippetDelivery]) {
    let now = Timestamp.now
    table.withLock { table in
      for delivery in deliveries { table.recover(delivery, at: now) }
    }
  }

  func count(_ change: (inout SystemStatistics) -> Void) { table.withLock { change(&$0.statistics) } }
}

extension SnippetSystem {
  /// Takes one request's entries in, unless the behaviour is against it.
  func take(_ entries: [SnippetEntry]) -> (decision: BehaviourEngine.Decision, outcomes: [SnippetOutcome]) {
    let now = Timestamp.now
    let decision = behaviour.decide(about: entries.count == 1 ? gtin(of: entries[0]) : nil)
    // Drawn outside the table's lock; usually there is nothing to draw.
    let struck = entries.map { behaviour.decideEntry(about: gtin(of: $0)) }
    let outcomes = table.withLock { table in
      table.statistics.requests += 1
      table.statistics.deliveries += entries.count
      return zip(entries, struck).map { entry, struck in
        table.take(entry, at: now, striking: decision.fault ?? struck)
      }
    }
    return (decision, outcomes)
  }

  private func gtin(of entry: SnippetEntry) -> String? { (try? entry.get())?.item.gtin.text14 }
}

extension SnippetTable {
  fileprivate mutating func take(
    _ entry: SnippetEntry, at now: Timestamp, striking rule: BehaviourRule?
  ) -> SnippetOutcome {
    if rule != nil { statistics.faults += 1 }
    if let rule, !rule.kind.takesIn, !rule.isProcessed { return .struck(rule) }
    switch entry {
    case .failure(let fault):
      statistics.malformed += 1
      return .malformed(fault)
    case .success(let delivery):
      let verdict = accept(delivery, at: now)
      if let rule, !rule.kind.takesIn { return .struck(rule) }
      return .taken(verdict)
    }
  }
}

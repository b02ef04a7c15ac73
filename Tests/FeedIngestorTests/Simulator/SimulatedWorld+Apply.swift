internal import Crypto
internal import ItemModel
internal import JSONCodec
internal import Randomness

@testable internal import FeedIngestor

/// The ingestor: apply, commit, publish.
extension SimulatedWorld {
  /// What reaches an item, and what it says naively.
  struct Incoming {
    let event: ItemEvent
    var change: [String: String?] = [:]

    var summary: String {
      switch event {
      case .change(let change): "\(self.change) in \(change.lane) of feed \(change.feed?.feed ?? 0)"
      case .outcome(let version, let lease, let systems):
        "outcome \(version) lease \(lease) \(systems.map { "\($0.name) \($0.result) \($0.status ?? 0)" })"
      default: "\(event)"
      }
    }
  }

  /// One batch of one item: decides, checks, commits, publishes.
  func apply(
    _ incoming: [Incoming], to item: Int, random: inout SeededRandom,
    committing: (inout SimulatedDatabase) -> Void = { _ in }
  ) throws {
    let before = database.states[item]
    var next = database
    committing(&next)
    let decision = try decide(incoming.map(\.event), item: item, before: before, random: &random) {
      defer { next.nextLease += 1 }
      return next.nextLease
    }
    decisions += 1
    note("item \(item): \(incoming.map(\.summary)) → \(decision.state.version) \(decision.summary(machine.graph))")
    for (place, one) in incoming.enumerated() {
      let isRefused = decision.rejections[place] != nil
      if isRefused != NaiveItem.refuses(one.change) { violate("\(one.summary) is refused: \(isRefused)") }
      guard isRefused else {
        next.items[item, default: NaiveItem()].set(one.change)
        continue
      }
      // Its rows have ended.
      if case .change(let change) = one.event, let feed = change.feed {
        next.feedRows[feed.feed, default: FeedCounts.Rows()].failed += Int64(feed.rows)
      }
    }
    var counts = FeedCounts()
    for change in decision.feedChanges {
      counts.add(change, of: try Self.key(item))
      next.feedItems[SimulatedDatabase.FeedItem(feed: change.feed, item: item)] = change.watcher
    }
    next.add(counts)
    checkSends(decision, before: before, events: incoming.map(\.event))
    var messages: [SimulatedMessage] = []
    if decision.state.version > 0 {
      if decision.state.gtin.isEmpty { violate("item \(item) has no GTIN") }
      next.states[item] = try stored(decision.state)
      let naive = next.items[item] ?? NaiveItem()
      messages = decision.dispatches.map { message($0, of: item, naive: naive, state: decision.state) }
      for message in messages { next.outbox[message.lease] = SimulatedDatabase.Outgoing(message: message) }
    } else if !decision.dispatches.isEmpty {
      violate("dispatched without a version")
    }
    database = next
    checkCounts()
    for message in messages { try publish(message, random: &random) }
  }

  /// One process decides; while the service is rolled over, it may be one that does not know logistics.
  private func decide(
    _ events: [ItemEvent], item: Int, before: ItemState?, random: inout SeededRandom, nextLease: () -> Int64
  ) throws -> ItemDecision {
    let isOlder = hasFaults && isRollingOver && random.chance(40)
    let process = isOlder ? olderMachine : machine
    var decision = process.apply(
      events, to: try Self.key(item),
      state: try isOlder ? before.map { try reread($0, machine, olderMachine) } : before,
      now: now, timeline: database.timeline, nextLease: nextLease)
    guard isOlder else { return decision }
    note("by an older process:")
    decision.state = try reread(decision.state, olderMachine, machine)
    if let before, before.timeline == database.timeline {
      let (then, now) = (before.systems.last?.withoutMoments, decision.state.systems.last?.withoutMoments)
      if then != now { violate("an older process makes \(now, default: "nothing") of \(then, default: "nothing")") }
    }
    return decision
  }

  /// The row of one process, as another reads it.
  private func reread(_ state: ItemState, _ writer: ItemMachine, _ reader: ItemMachine) throws -> ItemState {
    try ItemState(
      encoded: state.encoded(writer.graph), version: state.version, timeline: state.timeline,
      attributes: state.attributes, graph: reader.graph)
  }

  /// As it is read back from its row.
  private func stored(_ state: ItemState) throws -> ItemState {
    guard decisions % 8 == 0 else { return state }
    let read = try reread(state, machine, machine)
    if read != state { violate("a row reads back differently") }
    return read
  }

  private func message(_ dispatch: Dispatch, of item: Int, naive: NaiveItem, state: ItemState) -> SimulatedMessage {
    var systems: [(index: Int, digest: Digest, content: String)] = []
    for (index, digest) in dispatch.systems {
      guard case .snippet(let content) = naive.content(for: index) else {
        violate("\(Systems.names[index]) is sent what the item does not have")
        continue
      }
      let version = SystemVersion(item: item, system: index, version: dispatch.version)
      let known = contents.updateValue(content, forKey: SystemDigest(system: index, digest: digest))
      if let known, known != content { violate("one digest for “\(known)” and “\(content)”") }
      let earlier = versions.updateValue(content, forKey: version)
      if let earlier, earlier != content { violate("version \(dispatch.version) for “\(earlier)” and “\(content)”") }
      var before: [Int: String] = [:]
      for place in machine.graph.systems[index].after {
        if case .snippet(let content) = naive.content(for: place) { before[place] = content }
      }
      prerequisites[version] = before
      systems.append((index, digest, content))
    }
    return SimulatedMessage(
      item: item, lane: dispatch.lane, version: dispatch.version, lease: dispatch.lease, systems: systems)
  }

  /// Publishes after the commit; the process may die before, or before it has noted it.
  private func publish(_ message: SimulatedMessage, random: inout SeededRandom) throws {
    if hasFaults {
      if random.chance(1) {
        let event = ItemEvent.unpublishable(lease: message.lease, code: "unpublishable", description: "too large")
        database.outbox[message.lease]?.isOver = true
        return try apply([Incoming(event: event)], to: message.item, random: &random)
      }
      if random.chance(4) { return }
    }
    let offset = lanes[Int(message.lane.rawValue)].append(message)
    if hasFaults, random.chance(4) { return }
    database.outbox[message.lease]?.offset = offset
  }

  func fate(of lease: Int64) -> LeaseFate {
    guard let row = database.outbox[lease], !row.isOver else { return .consumed }
    guard let offset = row.offset else { return .unpublished }
    return lanes[Int(row.message.lane.rawValue)].committed > offset ? .consumed : .waiting
  }

  /// Wakes the items that are due.
  func fireTimers(random: inout SeededRandom) throws -> Bool {
    let due = database.states.filter { $0.value.due.map { $0 <= now } ?? false }.keys.sorted()
    for item in due {
      var fates: [Int64: LeaseFate] = [:]
      for system in database.states[item]?.systems ?? [] {
        if case .lease(let lease, let checkAt) = system.open, checkAt <= now { fates[lease] = fate(of: lease) }
      }
      try apply([Incoming(event: .timer(leases: fates))], to: item, random: &random)
    }
    return !due.isEmpty
  }

  /// Finds dispatches without a note that they were published.
  func sweep(random: inout SeededRandom) throws -> Bool {
    let lost = database.outbox.filter { $0.value.offset == nil && !$0.value.isOver }.sorted { $0.key < $1.key }
    for (lease, row) in lost {
      try apply([Incoming(event: .unpublished(lease: lease))], to: row.message.item, random: &random)
      database.outbox[lease]?.isOver = true
    }
    return !lost.isEmpty
  }
}

extension SystemState {
  /// All but when it is looked at again.
  fileprivate var withoutMoments: SystemState {
    var state = self
    (state.open, state.retryAt, state.tried) = (nil, nil, nil)
    return state
  }
}

extension ItemDecision {
  /// What is sent, and where each system stands.
  fileprivate func summary(_ graph: SystemGraph) -> String {
    let sends = dispatches.map { dispatch in
      let names = dispatch.systems.map { Systems.names[$0.index] }
      return "\(dispatch.lane) \(dispatch.version) lease \(dispatch.lease) to \(names)"
    }
    let systems = zip(graph.standings(in: state), state.systems).map { standing, system in
      "\(standing) newest \(system.newest) run \(system.runFrom)" + (system.open.map { " \($0)" } ?? "")
        + (system.retryAt.map { " retry \($0.microseconds)" } ?? "") + (system.failure.map { " \($0.code)" } ?? "")
    }
    return "sends \(sends)\n    \(systems)"
  }
}

internal import ItemModel
internal import JSONCodec
internal import PostgresClient
internal import SpecParser

/// One attempt at one batch, on one connection.
struct ApplyTurn {
  let applier: Applier
  let keys: [ItemKey]
  let slot: Int16
  var batch: ApplyBatch
  var leases: LeaseBlock
  /// Entries to leave out, and why.
  let refused: [Int: DataError]
  /// Applies only so many entries, and rolls back.
  let trial: Int?
  private var report = ApplyReport()
  private var items: [ItemKey: ItemRow] = [:]
  private var damaged: Set<ItemKey> = []
  private var writes: [(key: ItemKey, row: ItemWrite)] = []
  private var timers: [(due: Instant, key: ItemKey)] = []
  private var history: [(key: ItemKey, entry: HistoryEntry)] = []
  private var counts = FeedCounts()
  private var timeline: Int32 = 0

  init(
    applier: Applier, batch: ApplyBatch, keys: [ItemKey], slot: Int16, leases: LeaseBlock,
    refused: [Int: DataError] = [:], trial: Int? = nil
  ) {
    self.applier = applier
    self.batch = batch
    self.keys = keys
    self.slot = slot
    self.leases = leases
    self.refused = refused
    self.trial = trial
  }

  private var graph: SystemGraph { applier.machine.graph }

  mutating func run(
    on connection: PostgresConnection,
    fates: (PostgresConnection, [Int64]) async throws -> [Int64: LeaseFate],
    beforeCommit: (ApplyReport) async throws -> Void
  ) async throws -> ApplyReport {
    do {
      try await lock(on: connection)
      let looked = try await fates(connection, overdueLeases())
      try decide(fates: looked)
      finishFeed()
      if batch.purpose != .look { try await write(on: connection) }
      guard trial == nil, batch.purpose != .look else {
        _ = try await connection.execute(.rollback)
        return report
      }
      // After the writes: what the database refuses must not leave a trace elsewhere, at each try another.
      try await beforeCommit(report)
      _ = try await connection.pipeline([(.commit, [])])
      return report
    } catch {
      // On a broken connection this fails too, and the server rolls back by itself.
      _ = try? await connection.execute(.rollback)
      throw error
    }
  }

  // MARK: Lock and read

  private mutating func lock(on connection: PostgresConnection) async throws {
    let isApplied = batch.purpose == .apply
    let changed: Set<ItemKey> =
      isApplied ? Set(batch.entries.lazy.filter { $0.event.isChange }.map(\.key)) : []
    var commands: [PostgresCommand] = [(.begin, [])]
    if !batch.advances.isEmpty {
      commands.append(EffectTables.lockPositions(cluster: applier.cluster, batch.advances))
    }
    let feed = batch.purpose == .look ? nil : batch.feed
    if let feed {
      commands.append(FeedTables.lock(feed))
      commands.append(FeedTables.items(of: feed.feed, keys))
    }
    if !changed.isEmpty { commands.append(ItemTable.insertMissing(changed.sorted())) }
    if !keys.isEmpty { commands.append(isApplied ? ItemTable.lock(keys) : ItemTable.look(keys)) }
    commands.append(EffectTables.clock)
    var results = try await connection.pipeline(commands)[...].dropFirst()
    if !batch.advances.isEmpty { try dropKnown(results.removeFirst()) }
    if let feed {
      try check(feed, results.removeFirst())
      let known = try FeedTables.readItems(results.removeFirst())
      recall(known)
    }
    if !changed.isEmpty { results.removeFirst() }
    if !keys.isEmpty { (items, damaged) = try ItemTable.read(results.removeFirst(), graph: graph) }
    for (key, state) in batch.carried { items[key] = ItemRow(state: state, due: items[key]?.due) }
    let clock = results.removeFirst()
    report.now = Instant(microseconds: try clock.int8(0, 0))
    timeline = Int32(truncatingIfNeeded: try clock.int8(0, 1))
  }

  /// Drops what was applied before, and whole stretches that begin above what is stored.
  private mutating func dropKnown(_ rows: PostgresResult) throws {
    var stored: [Int: Int64] = [:]
    for row in 0..<rows.count {
      let (topic, partition) = (try rows.text(row, 0), Int32(try rows.int8(row, 1)))
      guard let source = batch.advances.firstIndex(where: { $0.topic == topic && $0.partition == partition }) else {
        continue
      }
      stored[source] = try rows.int8(row, 2)
    }
    for (source, advance) in batch.advances.enumerated() {
      let next = stored[source]
      guard let next, advance.from <= next else {
        report.stale.append((advance.topic, advance.partition, next))
        continue
      }
      if advance.next > next { starts[source] = next }
    }
    for (place, entry) in batch.entries.enumerated() {
      guard case .record(let source, let offset) = entry.origin else { continue }
      if offset < starts[source] ?? .max { report.passedOver.insert(place) }
    }
  }

  /// By source: the first offset that is new. Sources that are known or stale as a whole are left out.
  private var starts: [Int: Int64] = [:]
  private var advances: [PositionAdvance] { starts.keys.sorted().map { batch.advances[$0] } }

  private func check(_ feed: FeedProgress, _ rows: PostgresResult) throws {
    guard rows.count == 1, try rows.int8(0, 0) == feed.from, try !rows.bool(0, 1), try rows.int8(0, 2) <= 1 else {
      throw FeedMoved(nextRow: rows.count == 1 ? try rows.int8(0, 0) : -1)
    }
  }

  /// Tells changes of items what the same feed knew of them before.
  private mutating func recall(_ known: [GTIN: FeedWatcher]) {
    guard !known.isEmpty else { return }
    batch.entries = batch.entries.map { entry in known[entry.key.gtin].map(entry.recalling) ?? entry }
  }

  // MARK: Decide

  private func overdueLeases() -> [Int64] {
    batch.entries.flatMap { entry -> [Int64] in
      guard case .timer = entry.event, let state = items[entry.key]?.state else { return [] }
      return state.systems.compactMap { system in
        guard case .lease(let lease, let checkAt) = system.open, checkAt <= report.now else { return nil }
        return lease
      }
    }
  }

  private mutating func decide(fates: [Int64: LeaseFate]) throws {
    var places: [ItemKey: [Int]] = [:]
    for (place, entry) in batch.entries.enumerated().prefix(trial ?? .max) {
      if report.passedOver.contains(place) { continue }
      if let error = refused[place] ?? (damaged.contains(entry.key) ? .unreadableItem : nil) {
        refuse(entry, [error], at: place)
      } else {
        places[entry.key, default: []].append(place)
      }
    }
    for key in keys {
      guard let own = places[key] else { continue }
      if items[key]?.state == nil { report.unknown += own.count { batch.entries[$0].event.isAnswer } }
      guard let row = items[key] ?? (batch.purpose == .apply ? nil : ItemRow(state: nil, due: nil)) else { continue }
      try decide(own.map { ($0, batch.entries[$0]) }, on: key, row: row, fates: fates)
    }
  }

  private typealias PlacedEntry = (place: Int, entry: ApplyBatch.Entry)

  /// Rows at fault are taken out of their item's change until the rest is accepted.
  private mutating func decide(
    _ entries: [PlacedEntry], on key: ItemKey, row: ItemRow, fates: [Int64: LeaseFate]
  ) throws {
    let unused = leases
    var entries = entries
    var splits: [(part: PlacedEntry, errors: [DataError])] = []
    for round in 0... {
      leases = unused
      let decision = apply(entries.map(\.entry), to: key, row: row, fates: fates)
      guard decision.rejections.keys.contains(where: { !entries[$0].entry.parts.isEmpty }) else {
        for (part, errors) in splits { refuse(part.entry, errors, at: part.place) }
        history += splits.map { (key, .rejected($0.errors, version: decision.state.version)) }
        return take(decision, of: key, row: row, entries: entries)
      }
      var rest: [PlacedEntry] = []
      for (index, (place, entry)) in entries.enumerated() {
        guard let errors = decision.rejections[index], !entry.parts.isEmpty else {
          rest.append((place, entry))
          continue
        }
        // Each round finds all that it can see at once; a change that goes on showing new ones is not worth more time.
        let split = try entry.split(by: round < ApplyTurn.maxRounds ? errors : [], merge: batch.feed?.merge)
        splits += split.refused.map { ((place, $0.part), $0.errors) }
        rest += split.rest.map { (place, $0) }
      }
      entries = rest
    }
  }

  private static let maxRounds = 8

  private mutating func apply(
    _ entries: [ApplyBatch.Entry], to key: ItemKey, row: ItemRow, fates: [Int64: LeaseFate]
  ) -> ItemDecision {
    let events = entries.map { entry -> ItemEvent in
      if case .timer = entry.event { .timer(leases: fates) } else { entry.event }
    }
    return applier.machine.apply(
      events, to: key, state: row.state, now: report.now, timeline: timeline, nextLease: { leases.next() })
  }

  private mutating func take(
    _ decision: ItemDecision, of key: ItemKey, row: ItemRow, entries: [PlacedEntry]
  ) {
    report.applied += entries.count
    for (index, errors) in decision.rejections {
      refuse(entries[index].entry, errors, at: entries[index].place)
    }
    for (index, notes) in decision.notes { note(entries[index].entry, notes) }
    guard batch.purpose == .apply else {
      if decision.state.version > 0 { report.states.append((key, decision.state)) }
      return check(
        decision, of: key, entries: entries.indices.filter { decision.rejections[$0] == nil }.map { entries[$0] })
    }
    for change in decision.feedChanges { counts.add(change, of: key) }
    history += decision.history.map { (key, $0) }
    report.sendsAvoided += decision.sendsAvoided
    guard decision.state.version > 0 else { return }
    for dispatch in decision.dispatches { report.messages.append(message(dispatch, of: key, state: decision.state)) }
    // Partitions of timers exist for some days ahead; what is later is looked at in between.
    let due = decision.state.due.map { min($0, report.now + .seconds(72 * 3600)) }
    if let due, due != row.due { timers.append((due, key)) }
    let hasNewAttributes = row.state?.attributes.root.rawBytes != decision.state.attributes.root.rawBytes
    if due != row.due || row.state != decision.state {
      writes.append((key, ItemWrite(state: decision.state, due: due, hasNewAttributes: hasNewAttributes)))
    }
  }

  private func message(_ dispatch: Dispatch, of key: ItemKey, state: ItemState) -> OutboxMessage {
    var groups: AttributeGroups = []
    for system in dispatch.systems { groups.formUnion(graph.systems[system.index].template.reads) }
    let message = LaneMessage(
      setupID: "\(key)/\(dispatch.version)", key: key, gtin: state.gtin, version: dispatch.version,
      lane: dispatch.lane, lease: dispatch.lease, correlationID: state.correlationID, since: dispatch.since,
      systems: dispatch.systems.map { (graph.systems[$0.index].name, $0.digest) }, attributes: state.attributes)
    return OutboxMessage(
      lane: dispatch.lane, key: key, lease: dispatch.lease, bytes: message.encode(groups: groups))
  }

  // MARK: The feed's rows

  private mutating func refuse(_ entry: ApplyBatch.Entry, _ errors: [DataError], at place: Int) {
    report.rejections[place, default: []] += errors
    for row in entry.origin.rows { for error in errors { add(FeedIssue(error, severity: "ERROR"), to: row) } }
  }

  private mutating func note(_ entry: ApplyBatch.Entry, _ notes: [DataError]) {
    for note in notes {
      for row in entry.rows(of: note) { add(FeedIssue(note, severity: "NOTE"), to: row) }
    }
  }

  private mutating func add(_ issue: FeedIssue, to row: Int) {
    guard let line = batch.feed?.rows[row].line else { return }
    batch.feed?.rows[row].add(issue)
    batch.feed?.issues.add(
      code: issue.code, severity: issue.severity, line: line, field: issue.field, value: issue.value)
  }

  /// Takes what changing the item would have said; the item, and what would be sent of it, stay as they are.
  private mutating func check(_ decision: ItemDecision, of key: ItemKey, entries: [PlacedEntry]) {
    guard let feed = batch.feed else { return }
    let faults = decision.knownFaults(for: feed.feed, graph)
    for (place, entry) in entries where !faults.isEmpty { refuse(entry, faults, at: place) }
    let rows = entries.reduce(0) { $0 + $1.entry.origin.rows.count }
    guard batch.purpose == .check, faults.isEmpty, rows > 0 else { return }
    let earlier = entries[0].entry.earlier?.rows ?? 0
    let watcher = FeedWatcher(feed: feed.feed, rows: earlier + Int32(rows), version: 0, systems: [:])
    counts.add(FeedChange(feed: feed.feed, watcher: watcher, rowsDone: Int32(rows)), of: key)
  }

  private mutating func finishFeed() {
    if batch.purpose == .refuse, let rows = batch.feed?.rows {
      for row in rows.indices where !rows[row].isFailed {
        add(FeedIssue(.notAlone(line: Int(rows[row].line))), to: row)
      }
    }
    guard let feed = batch.feed else { return }
    counts.add(
      received: Int64(feed.rows.count), failed: Int64(feed.rows.count { $0.isFailed }), to: feed.feed)
  }

  // MARK: Write

  private mutating func write(on connection: PostgresConnection) async throws {
    var commands = ItemTable.write(writes, graph: graph)
    if !report.messages.isEmpty { commands.append(EffectTables.outbox(report.messages)) }
    if !timers.isEmpty { commands.append(EffectTables.timers(timers)) }
    if !history.isEmpty { commands.append(EffectTables.history(history)) }
    if !advances.isEmpty { commands.append(EffectTables.advance(cluster: applier.cluster, advances)) }
    if var feed = batch.feed {
      let changed = feed.issues.takeChanged()
      report.issues = feed.issues
      commands += FeedTables.write(feed, changedIssues: changed, sendsAvoided: report.sendsAvoided)
    }
    commands += FeedTables.write(counts, slot: slot)
    if !commands.isEmpty { _ = try await connection.pipeline(commands) }
  }
}

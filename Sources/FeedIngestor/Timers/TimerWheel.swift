internal import ItemModel
internal import KafkaClient
internal import Lifecycle
internal import PostgresClient
internal import Synchronization
internal import Telemetry

/// Wakes items whose moment has come, and finds dispatches that a crash kept from being published.
///
/// One process at a time does it, under an advisory lock. Timer rows are only added; a row counts while the item's `due`
/// still equals it, so that nothing has to be deleted, and a row that fires twice does no harm.
final class TimerWheel: Service {
  let name = "timers"
  private let context: IngestContext
  private let slot: Int16
  private let horizon = Mutex(LaneHorizon())

  init(context: IngestContext) {
    self.context = context
    slot = context.slotBase + 15
  }

  /// Timers are looked at this often.
  private static let tick = Duration.milliseconds(250)
  /// Every so many ticks, rows of slow transactions that were written behind the cursor are looked for too.
  private static let ticksPerSweep = 40
  /// No transaction lasts longer than that.
  private static let longestTransaction = Duration.seconds(90)
  private static let batch = 1_000

  func run(_ run: ServiceRun) async throws {
    run.ready()
    _ = try await run.shutdown.cancelling { [self] in
      while !Task.isCancelled {
        do {
          try await turn()
        } catch _ where Task.isCancelled {
          return
        } catch let error as PostgresError where error.isRetriable {
          context.logger.warning("timers wait for the database", ["error": error.description])
        } catch let error as KafkaError where error.isRetriable {
          context.logger.warning("timers wait for Kafka", ["error": error.description])
        }
        try await Task.sleep(for: .seconds(1))
      }
    }
  }

  /// Holds the lock on a connection of its own, and works until something ends that.
  private func turn() async throws {
    try await context.pool.withConnection { connection in
      let lock = try await connection.execute("SELECT pg_try_advisory_lock(hashtext('hyperloop.timers'))")
      guard try lock.bool(0, 0) else { return }
      // The lock belongs to the session: given back to the pool with it, the connection would keep every other from it.
      do {
        try await self.work(connection)
      } catch {
        await connection.close()
        throw error
      }
      await connection.close()
    }
  }

  private func work(_ connection: PostgresConnection) async throws {
    try await sweepOutbox(olderThan: .seconds(2), within: .seconds(4 * 86_400))
    var ticks = 0
    while !Task.isCancelled {
      let cursor = try await cursor(connection)
      let overlap = ticks % TimerWheel.ticksPerSweep == 0 ? TimerWheel.longestTransaction : .seconds(2)
      let fired = try await fire(from: cursor, overlap: overlap)
      try await advance(to: fired, connection)
      if ticks % TimerWheel.ticksPerSweep == TimerWheel.ticksPerSweep - 1 {
        try await sweepOutbox(olderThan: .seconds(30), within: .seconds(300))
      }
      ticks += 1
      try await Task.sleep(for: TimerWheel.tick)
    }
  }

  private func cursor(_ connection: PostgresConnection) async throws -> Int64 {
    let rows = try await connection.execute(
      "SELECT next FROM position WHERE cluster = '' AND topic = 'timers' AND partition = 0")
    return rows.count == 1 ? try rows.int8(0, 0) : 0
  }

  private func advance(to moment: Instant, _ connection: PostgresConnection) async throws {
    _ = try await connection.execute(
      """
      INSERT INTO position AS p (cluster, topic, partition, next) VALUES ('', 'timers', 0, $1)
      ON CONFLICT (cluster, topic, partition) DO UPDATE SET next = greatest(p.next, excluded.next)
      """, .int8(moment.microseconds))
  }

  /// Wakes what is due, in batches.
  /// - Returns: the moment up to which everything has been woken.
  private func fire(from cursor: Int64, overlap: Duration) async throws -> Instant {
    let clock = try await context.pool.withConnection { try await $0.pipeline([EffectTables.clock]) }
    let now = Instant(microseconds: try clock[0].int8(0, 0))
    let from = Instant(microseconds: cursor - overlap.microseconds)
    while !Task.isCancelled {
      let keys = try await due(from: from, to: now)
      guard !keys.isEmpty else { break }
      try await apply(keys.map { ApplyBatch.Entry(key: $0, event: .timer(leases: [:])) })
      guard keys.count == TimerWheel.batch else { break }
    }
    return now
  }

  private func due(from: Instant, to: Instant) async throws -> [ItemKey] {
    try await context.pool.withConnection { connection in
      let rows = try await connection.execute(
        """
        SELECT DISTINCT i.merchant, i.gtin FROM timer t
        JOIN item i ON i.merchant = t.merchant AND i.gtin = t.gtin AND i.due = t.due
        WHERE t.due > $1 AND t.due <= $2 LIMIT $3
        """, .timestamptz(from.microseconds), .timestamptz(to.microseconds), .int8(Int64(TimerWheel.batch)))
      return try Self.keys(rows)
    }
  }

  static func keys(_ rows: PostgresResult) throws -> [ItemKey] {
    try (0..<rows.count).compactMap { row in
      guard let merchant = MerchantID(try rows.text(row, 0)), let gtin = GTIN(number: UInt64(try rows.int8(row, 1)))
      else { return nil }
      return ItemKey(merchant: merchant, gtin: gtin)
    }
  }

  // MARK: Lost dispatches

  /// Dispatches without a note that they were published: each is dispatched anew.
  private func sweepOutbox(olderThan age: Duration, within: Duration) async throws {
    let found = try await context.pool.withConnection { connection in
      let rows = try await connection.execute(
        """
        SELECT o.merchant, o.gtin, o.lease FROM outbox o LEFT JOIN published p ON p.lease = o.lease
        WHERE o.created < now() - $1 * interval '1 microsecond' AND o.created > now() - $2 * interval '1 microsecond'
          AND p.lease IS NULL LIMIT 100000
        """, .int8(age.microseconds), .int8(within.microseconds))
      let keys = try Self.keys(rows)
      return try keys.enumerated().map { (key: $1, lease: try rows.int8($0, 2)) }
    }
    let lost = found.filter { !context.relay.isPublishing($0.lease) }
    guard !lost.isEmpty else { return }
    context.logger.notice("dispatches were never published; dispatching anew", ["count": String(lost.count)])
    for start in stride(from: 0, to: lost.count, by: TimerWheel.batch) {
      let part = lost[start..<min(start + TimerWheel.batch, lost.count)]
      try await apply(part.map { ApplyBatch.Entry(key: $0.key, event: .unpublished(lease: $0.lease)) })
      try await markSettled(part.map(\.lease))
    }
  }

  /// Notes that these leases are over, so that no later sweep finds them.
  private func markSettled(_ leases: [Int64]) async throws {
    _ = try await context.pool.withConnection { connection in
      try await connection.execute(
        """
        INSERT INTO published (lease, partition, at_offset) SELECT lease, -1, -1 FROM unnest($1::int8[]) AS n(lease)
        ON CONFLICT DO NOTHING
        """, .int8Array(leases))
    }
  }

  private func apply(_ entries: [ApplyBatch.Entry]) async throws {
    var entries = entries
    while !entries.isEmpty {
      let batch = ApplyBatch(entries: entries)
      let report = try await context.applier.apply(batch, slot: slot, fates: { try await self.fates($1, on: $0) })
      context.metrics.record(report, entries: entries)
      entries = try await context.relay.publish(report.messages)
    }
  }

  /// What became of leases: still to be published, waiting in the topic, or taken from it by the lane's group.
  private func fates(_ leases: [Int64], on connection: PostgresConnection) async throws -> [Int64: LeaseFate] {
    guard !leases.isEmpty else { return [:] }
    let rows = try await connection.execute(
      """
      SELECT o.lease, o.lane::int8, p.partition::int8, p.at_offset
      FROM unnest($1::int8[]) AS k(lease) JOIN outbox o USING (lease) LEFT JOIN published p USING (lease)
      """, .int8Array(leases))
    var fates = Dictionary(uniqueKeysWithValues: Set(leases).map { ($0, LeaseFate.consumed) })
    var places: [Int64: (partition: TopicPartition, offset: Int64)] = [:]
    for row in 0..<rows.count {
      let lease = try rows.int8(row, 0)
      guard let partition = try rows.optionalInt8(row, 2), let lane = Lane(rawValue: UInt8(try rows.int8(row, 1)))
      else {
        fates[lease] = context.relay.isPublishing(lease) ? .waiting : .unpublished
        continue
      }
      let place = TopicPartition(topic: context.topics.lane(lane), partition: Int32(partition))
      places[lease] = (place, try rows.int8(row, 3))
    }
    guard !places.isEmpty else { return fates }
    var horizon = horizon.withLock { $0 }
    try await horizon.advance(positions: { try await self.outcomePositions(connection) }, look: look)
    self.horizon.withLock { [horizon] in $0 = horizon }
    for (lease, place) in places {
      fates[lease] = horizon.hasPassed(place.partition, offset: place.offset) ? .consumed : .waiting
    }
    return fates
  }

  /// Where the lanes' groups stand, and then how far the outcomes reach.
  private func look() async throws -> LaneHorizon.Look {
    let known = try await context.admin.topics()
    func partitions(_ topic: String) -> [TopicPartition] {
      known.first { $0.name == topic }?.partitions.map { TopicPartition(topic: topic, partition: $0.id) } ?? []
    }
    var committed: [TopicPartition: Int64] = [:]
    for lane in Lane.allCases {
      let found = try await context.admin.committed(
        group: context.groups.lane(lane), partitions(context.topics.lane(lane)))
      committed.merge(found.mapValues(\.offset)) { $1 }
    }
    let ends = try await context.admin.watermarks(partitions(context.topics.outcomes))
    return LaneHorizon.Look(committed: committed, ends: ends.mapValues(\.high))
  }

  private func outcomePositions(_ connection: PostgresConnection) async throws -> [TopicPartition: Int64] {
    let rows = try await connection.execute(
      "SELECT partition::int8, next FROM position WHERE cluster = $1 AND topic = $2",
      .text(context.applier.cluster), .text(context.topics.outcomes))
    var positions: [TopicPartition: Int64] = [:]
    for row in 0..<rows.count {
      let partition = TopicPartition(topic: context.topics.outcomes, partition: Int32(try rows.int8(row, 0)))
      positions[partition] = try rows.int8(row, 1)
    }
    return positions
  }
}

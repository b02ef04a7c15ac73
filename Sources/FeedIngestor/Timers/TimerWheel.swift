internal import ItemModel
internal import Lifecycle
internal import PostgresClient
internal import Telemetry

/// Wakes items whose moment has come, and when it starts finds dispatches that a crash kept from being published.
///
/// One process at a time does it, under an advisory lock. Timer rows are only added; a row counts while the item's `due`
/// still equals it, so that nothing has to be deleted, and a row that fires twice does no harm.
final class TimerWheel: Service {
  let name = "timers"
  private let context: IngestContext
  private let slot: Int16
  private let lookout: LeaseLookout

  init(context: IngestContext) {
    self.context = context
    slot = context.slotBase + 15
    lookout = LeaseLookout(context: context)
  }

  /// Timers are looked at this often.
  private static let tick = Duration.milliseconds(250)
  /// Every so many ticks, rows of slow transactions that were written behind the cursor are looked for too.
  private static let ticksPerLookBack = 40
  /// How far back that goes: a transaction's time from its look at the clock, and the time between two looks. PostgreSQL
  /// ends a transaction in which nothing is said for 30 seconds, and each of its statements after as long.
  private static let lookBack = Duration.seconds(120)
  private static let batch = 1_000

  func run(_ run: ServiceRun) async throws {
    run.ready()
    _ = try await run.shutdown.cancelling { [self] in
      while !Task.isCancelled {
        do {
          try await turn()
        } catch _ where Task.isCancelled {
          return
        } catch  where context.isPassing(error) {
          // Also where the answer to a COMMIT was lost: what fires twice does no harm.
          context.logger.warning("timers wait", ["error": "\(error)"])
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
    try await sweepOutbox()
    var ticks = 0
    while !Task.isCancelled {
      let cursor = try await cursor(connection)
      let overlap = ticks % TimerWheel.ticksPerLookBack == 0 ? TimerWheel.lookBack : .seconds(2)
      let fired = try await fire(from: cursor, overlap: overlap)
      try await advance(to: fired, connection)
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
    // After a fail-over the clock may be behind the cursor, and moments may be set that lie before it.
    let from = min(Instant(microseconds: cursor), now) + (.zero - overlap)
    var last: Set<ItemKey> = []
    while !Task.isCancelled {
      let keys = try await due(from: from, to: now)
      // Where the clock steps back, what was due may be so no longer: not to be asked again before the next tick.
      guard !keys.isEmpty, Set(keys) != last else { break }
      try await apply(keys.map { ApplyBatch.Entry(key: $0, event: .timer(leases: [:])) })
      guard keys.count == TimerWheel.batch else { break }
      last = Set(keys)
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
      return try ItemTable.keys(rows)
    }
  }

  // MARK: Lost dispatches

  /// Dispatches anew what a process that has ended did not publish any more, so that it need not wait for its lease's
  /// time.
  private func sweepOutbox() async throws {
    let sweep = OutboxSweep(pool: context.pool, reach: context.configuration.leaseTimeout + .seconds(60))
    var end = Int64.max
    while !Task.isCancelled, let stretch = try await sweep.stretch(below: end) {
      end = stretch.lowest
      let lost = stretch.lost.filter { !context.relay.isPublishing($0.lease) }
      guard !lost.isEmpty else { continue }
      context.logger.notice("dispatches were never published; dispatching anew", ["count": String(lost.count)])
      for start in stride(from: 0, to: lost.count, by: TimerWheel.batch) {
        let part = lost[start..<min(start + TimerWheel.batch, lost.count)]
        try await apply(part.map { ApplyBatch.Entry(key: $0.key, event: .unpublished(lease: $0.lease)) })
      }
    }
  }

  // MARK: Applying

  private func apply(_ entries: [ApplyBatch.Entry]) async throws {
    var entries = entries
    while !entries.isEmpty {
      let report = try await apply(ApplyBatch(entries: entries))
      context.metrics.record(report, entries: entries)
      entries = try await context.relay.publish(report.messages)
    }
  }

  private func apply(_ batch: ApplyBatch) async throws -> ApplyReport {
    var hasLooked = false
    while true {
      do {
        return try await context.applier.apply(
          batch, slot: slot, fates: { [hasLooked] in try await self.lookout.fates($1, on: $0, hasLooked: hasLooked) })
      } catch is LeaseLookout.LookWanted {
        try await lookout.look()
        hasLooked = true
      }
    }
  }
}

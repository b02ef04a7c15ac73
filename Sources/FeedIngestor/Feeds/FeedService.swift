internal import Crypto
internal import ItemModel
internal import Lifecycle
internal import NativeThreads
internal import PostgresClient
internal import SpecParser
internal import Synchronization
internal import Telemetry

/// A feed that this process reads.
struct ClaimedFeed: Sendable {
  let id: Int64
  let merchant: MerchantID
  let spec: String
  /// Nil for the newest.
  let specVersion: Int?
  let mode: FeedMode
  let policy: FeedPolicy
  /// Of a feed that is applied as a whole or not at all: what was decided about it.
  let isRefused: Bool?
  let correlation: String
  let nextRow: Int64
}

/// Reads the feeds that were received, several at once so that none waits behind another, and ends those whose items
/// have all ended.
final class FeedService: Service {
  let name = "feeds"
  private let context: IngestContext
  private let backlog: LaneBacklog
  private let runner: String
  /// Of the specs that this process knows, names and versions.
  private let specs: [String]
  /// The feeds that this process reads.
  private let running: Mutex<Set<Int64>> = Mutex([])

  init(context: IngestContext) throws {
    self.context = context
    backlog = LaneBacklog(.setup, context: context)
    runner = Hex.encode(try randomBytes(8))
    specs = context.specs.identifiers.sorted()
  }

  func run(_ run: ServiceRun) async throws {
    run.ready()
    _ = try await run.shutdown.cancelling { [self] in
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await self.claimAndRead() }
        group.addTask { try await self.closeFinished() }
        group.addTask { try await self.tellOfUnknownSpecs() }
        try await group.waitForAll()
      }
    }
  }

  // MARK: Reading

  private func claimAndRead() async throws {
    try await withThrowingDiscardingTaskGroup { group in
      var slot: Int16 = 0
      while !Task.isCancelled {
        let own = running.withLock { $0 }
        let room = context.configuration.parallelFeeds - own.count
        let claimed =
          room > 0 ? try await context.retrying("looking for feeds") { try await self.claim(room, besides: own) } : []
        for feed in claimed {
          running.withLock { _ = $0.insert(feed.id) }
          slot = (slot + 1) % 4
          let ownSlot = context.slotBase + 8 + slot
          group.addTask {
            defer { self.running.withLock { _ = $0.remove(feed.id) } }
            await self.read(feed, slot: ownSlot)
          }
        }
        try await Task.sleep(for: .milliseconds(200))
      }
    }
  }

  /// Reads one feed. Whatever ends that early, the claim runs out and the feed is read on by whoever takes it then.
  private func read(_ feed: ClaimedFeed, slot: Int16) async {
    // Reading is long work and waits for the disk: on a thread of its own it keeps no other task waiting.
    let thread = EventLoop(name: "feed")
    defer { thread.stop() }
    do {
      let reading = FeedRunner(context: context, feed: feed, slot: slot, runner: runner, backlog: backlog)
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask(executorPreference: thread) { try await reading.run() }
        group.addTask { try await self.keepClaim(feed) }
        defer { group.cancelAll() }
        try await group.next()
      }
    } catch is CancellationError {
      return
    } catch let moved as FeedMoved {
      context.logger.notice(
        "another process reads the feed", ["feed": String(feed.id), "nextRow": String(moved.nextRow)])
    } catch {
      context.logger.error("a feed cannot be read on; trying again", ["feed": String(feed.id), "error": "\(error)"])
    }
  }

  /// Renews the claim until it is cancelled, whatever the reading waits for meanwhile.
  /// - Throws: `FeedMoved` when another process has taken the feed.
  private func keepClaim(_ feed: ClaimedFeed) async throws {
    while true {
      try await Task.sleep(for: .seconds(3))
      let renewed = try await context.retrying("renewing a feed's claim") {
        try await self.context.pool.withConnection { connection in
          try await connection.execute(
            """
            UPDATE feed SET claimed_until = now() + interval '10 seconds' WHERE id = $1 AND runner = $2
            RETURNING next_row
            """, .int8(feed.id), .text(self.runner))
        }
      }
      guard renewed.count == 1 else { throw FeedMoved(nextRow: feed.nextRow) }
    }
  }

  /// Claims feeds of specs that this process knows: while the service is rolled over, others may be another process's
  /// to read. What none has read by its deadline is claimed by any, and fails if that does not know the spec either.
  private func claim(_ count: Int, besides own: Set<Int64>) async throws -> [ClaimedFeed] {
    try await context.pool.withConnection { connection in
      let rows = try await connection.execute(
        FeedService.claim, .text(self.runner), .int8(Int64(count)), .int8Array(Array(own)), .textArray(self.specs))
      return try (0..<rows.count).compactMap { row in
        guard let merchant = MerchantID(try rows.text(row, 1)) else { return nil }
        return ClaimedFeed(
          id: try rows.int8(row, 0), merchant: merchant, spec: try rows.text(row, 2),
          specVersion: try rows.optionalInt8(row, 5).map { Int($0) },
          mode: FeedMode(rawValue: try rows.text(row, 6)) ?? .validate,
          policy: FeedPolicy(rawValue: try rows.text(row, 7)) ?? .allOrNothing,
          isRefused: try rows.optionalBool(row, 8), correlation: try rows.text(row, 3),
          nextRow: try rows.int8(row, 4))
      }
    }
  }

  private static let claim = PostgresStatement(
    """
    UPDATE feed SET runner = $1, claimed_until = now() + interval '10 seconds', status = 1
    WHERE id IN (
      SELECT id FROM feed WHERE \(isWaiting) AND NOT id = ANY($3) AND (\(specName) = ANY($4) OR deadline < now())
      ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED)
    RETURNING id, merchant, spec, correlation, next_row, spec_version::int8, mode, policy, is_refused
    """)
  private static let unknown = PostgresStatement(
    """
    SELECT \(specName), count(*) FROM feed WHERE \(isWaiting) AND NOT \(specName) = ANY($1) GROUP BY 1 ORDER BY 1
    """)
  private static let isWaiting = """
    completed_at IS NULL AND status IN (0, 1) AND NOT is_read AND (claimed_until IS NULL OR claimed_until < now())
    """
  /// With the version, where there is one.
  private static let specName = "coalesce(spec || '@' || spec_version, spec)"

  /// Tells now and then which specs this process lacks, in case no other has them either.
  private func tellOfUnknownSpecs() async throws {
    while !Task.isCancelled {
      let waiting = try await context.retrying("looking for feeds of unknown specs") {
        try await self.context.pool.withConnection { connection in
          try await connection.execute(FeedService.unknown, .textArray(self.specs))
        }
      }
      for row in 0..<waiting.count {
        let (spec, feeds) = (try waiting.text(row, 0), try waiting.int8(row, 1))
        context.logger.warning(
          "feeds wait for a process that knows their spec", ["spec": spec, "feeds": String(feeds)])
      }
      try await Task.sleep(for: .seconds(60))
    }
  }

  // MARK: Ending

  /// A feed has ended when it is read and none of its rows is in progress; it is an error when no row became part of an
  /// item.
  private func closeFinished() async throws {
    while !Task.isCancelled {
      try await context.retrying("ending feeds") {
        try await self.context.pool.withConnection { connection in
          _ = try await connection.execute(
            """
            UPDATE feed f SET completed_at = now(), status = CASE WHEN c.items > 0 THEN 2 ELSE 3 END,
              error_code = CASE WHEN f.error_code IS NULL AND c.items = 0
                THEN CASE WHEN c.received = 0 THEN $1 ELSE $3 END ELSE f.error_code END,
              error_text = CASE WHEN f.error_code IS NULL AND c.items = 0
                THEN CASE WHEN c.received = 0 THEN $2 ELSE $4 END ELSE f.error_text END
            FROM (
              SELECT f.id, coalesce(sum(c.received), 0) AS received, coalesce(sum(c.items), 0) AS items,
                coalesce(sum(c.received - c.succeeded - c.failed), 0) AS processing
              FROM feed f LEFT JOIN feed_count c ON c.feed = f.id
              WHERE f.completed_at IS NULL AND f.is_read AND f.status = 1 GROUP BY f.id) c
            WHERE f.id = c.id AND c.processing = 0 AND f.completed_at IS NULL
            """, .text(FeedFault.noRows.code), .text(FeedFault.noRows.text), .text(FeedFault.noRowApplied.code),
            .text(FeedFault.noRowApplied.text))
        }
      }
      try await Task.sleep(for: .milliseconds(200))
    }
  }
}

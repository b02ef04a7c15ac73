internal import ItemModel
internal import Lifecycle
internal import PostgresClient

/// Keeps partitions ahead of what is written, and removes what is over.
struct Housekeeping: Service {
  let name = "housekeeping"
  let context: IngestContext

  /// Far more often than partitions run out, at any rate of dispatches.
  private static let interval = Duration.seconds(60)
  /// Rows of a feed that are removed in one transaction.
  private static let batch: Int32 = 5_000

  func run(_ run: ServiceRun) async throws {
    // Without partitions nothing can be written, so the others wait for the first turn.
    try await context.retrying("keeping partitions") { try await keepPartitions() }
    run.ready()
    _ = try await run.shutdown.cancelling {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await repeatedly("keeping partitions", keepPartitions) }
        // Beside it, since there may be much to remove.
        group.addTask { try await repeatedly("removing feeds", removeFeeds) }
        try await group.waitForAll()
      }
    }
  }

  private func repeatedly(_ what: String, _ work: () async throws -> Void) async throws {
    while !Task.isCancelled {
      try await context.retrying(what, work)
      try await Task.sleep(for: Housekeeping.interval)
    }
  }

  func keepPartitions() async throws {
    try await context.pool.withConnection { connection in
      _ = try await connection.execute(
        "SELECT keep_partitions($1)", .int4(Int32(context.configuration.historyDays)))
    }
  }

  /// Removes feeds that ended long ago, and uploads whose client went away or whose process died.
  func removeFeeds() async throws {
    _ = try await context.pool.withConnection { connection in
      try await connection.execute(
        """
        DELETE FROM feed WHERE status = -1 AND completed_at IS NULL AND claimed_until < now() - interval '10 minutes'
        """)
    }
    while !Task.isCancelled, try await removePart() {}
  }

  /// - Returns: whether there was something to remove.
  private func removePart() async throws -> Bool {
    try await context.pool.withConnection { connection in
      try await connection.execute(
        "SELECT remove_feeds($1 * interval '1 microsecond', $2)",
        .int8(context.configuration.feedRetention.microseconds), .int4(Housekeeping.batch)
      ).bool(0, 0)
    }
  }
}

internal import ItemModel
internal import PostgresClient

/// Looks through the outbox for dispatches without a note that they were published, the newest first and a stretch of
/// leases at a time, so that no query grows with the outbox.
struct OutboxSweep {
  /// Dispatches that were looked at together.
  struct Stretch {
    /// Where the next stretch ends.
    let lowest: Int64
    let lost: [(key: ItemKey, lease: Int64)]
  }

  let pool: PostgresPool
  /// Younger ones may still be on their way.
  var settling: Duration = .seconds(2)
  /// Older ones are looked at when their lease's time is over.
  let reach: Duration
  var size: Int64 = 10_000

  /// The stretch below the lease `end`; nil when all that is left is older than `reach`.
  ///
  /// Leases are given in blocks, so their order is nearly that of time. What this misses waits for its lease's time.
  func stretch(below end: Int64) async throws -> Stretch? {
    try await pool.withConnection { connection in
      let bounds = try await connection.execute(
        """
        SELECT min(lease), max(created) > now() - $3 * interval '1 microsecond'
        FROM (SELECT lease, created FROM outbox WHERE lease < $1 ORDER BY lease DESC LIMIT $2) o
        """, .int8(end), .int8(size), .int8(reach.microseconds))
      guard let lowest = try bounds.optionalInt8(0, 0), try bounds.bool(0, 1) else { return nil }
      let rows = try await connection.execute(
        """
        SELECT o.merchant, o.gtin, o.lease FROM outbox o
        WHERE o.lease >= $1 AND o.lease < $2 AND o.created < now() - $3 * interval '1 microsecond'
          AND o.created > now() - $4 * interval '1 microsecond'
          AND NOT EXISTS (SELECT FROM published p WHERE p.lease = o.lease AND p.lease >= $1 AND p.lease < $2)
        ORDER BY o.lease
        """, .int8(lowest), .int8(end), .int8(settling.microseconds), .int8(reach.microseconds))
      let keys = try ItemTable.keys(rows)
      return Stretch(lowest: lowest, lost: try keys.enumerated().map { ($1, try rows.int8($0, 2)) })
    }
  }
}

internal import ItemModel
internal import PostgresClient

/// Writes what goes with items' changes: dispatches, timers, history and positions. All are batches, most only append.
enum EffectTables {
  static func outbox(_ messages: [OutboxMessage]) -> PostgresCommand {
    (
      "INSERT INTO outbox (lease, merchant, gtin, lane) SELECT * FROM unnest($1::int8[], $2::text[], $3::int8[], $4::int2[])",
      [
        .int8Array(messages.map(\.lease)), .textArray(messages.map(\.key.merchant.text)),
        .int8Array(messages.map { Int64($0.key.gtin.number) }), .int2Array(messages.map { Int16($0.lane.rawValue) }),
      ]
    )
  }

  static func timers(_ timers: [(due: Instant, key: ItemKey)]) -> PostgresCommand {
    (
      "INSERT INTO timer (due, merchant, gtin) SELECT * FROM unnest($1::timestamptz[], $2::text[], $3::int8[])",
      [
        .timestamptzArray(timers.map(\.due.microseconds)), .textArray(timers.map(\.key.merchant.text)),
        .int8Array(timers.map { Int64($0.key.gtin.number) }),
      ]
    )
  }

  static func history(_ entries: [(key: ItemKey, entry: HistoryEntry)]) -> PostgresCommand {
    (
      """
      INSERT INTO item_history (merchant, gtin, version, event, detail)
      SELECT * FROM unnest($1::text[], $2::int8[], $3::int8[], $4::text[], $5::text[])
      """,
      [
        .textArray(entries.map(\.key.merchant.text)), .int8Array(entries.map { Int64($0.key.gtin.number) }),
        .int8Array(entries.map(\.entry.version)), .textArray(entries.map(\.entry.event)),
        .textArray(entries.map(\.entry.detail)),
      ]
    )
  }

  /// Locks the positions in a fixed order and reads them.
  static func lockPositions(cluster: String, _ advances: [PositionAdvance]) -> PostgresCommand {
    (
      """
      SELECT p.topic, p.partition::int8, p.next FROM position p
      JOIN unnest($2::text[], $3::int4[]) AS k(topic, partition) USING (topic, partition)
      WHERE p.cluster = $1 ORDER BY p.topic, p.partition FOR UPDATE OF p
      """,
      [.text(cluster), .textArray(advances.map(\.topic)), .int4Array(advances.map(\.partition))]
    )
  }

  static func advance(cluster: String, _ advances: [PositionAdvance]) -> PostgresCommand {
    (
      """
      UPDATE position p SET next = n.next FROM unnest($2::text[], $3::int4[], $4::int8[]) AS n(topic, partition, next)
      WHERE p.cluster = $1 AND p.topic = n.topic AND p.partition = n.partition
      """,
      [
        .text(cluster), .textArray(advances.map(\.topic)), .int4Array(advances.map(\.partition)),
        .int8Array(advances.map(\.next)),
      ]
    )
  }

  /// The database's clock in microseconds, and its timeline: the first eight digits of its log files' names.
  static let clock: PostgresCommand = (
    """
    SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::int8,
      ('x' || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8))::bit(32)::int8
    """, []
  )
}

internal import ItemModel
internal import PostgresClient

/// Writes what a batch changes of feeds: rows, items, counts and issues, in the batch's own transaction.
enum FeedTables {
  /// Locks a feed whose rows are about to be applied; gives no row when another process reads it.
  static func lock(_ progress: FeedProgress) -> PostgresCommand {
    (
      "SELECT next_row, is_read, status::int8 FROM feed WHERE id = $1 AND runner IS NOT DISTINCT FROM $2 FOR UPDATE",
      [.int8(progress.feed), .text(progress.runner)]
    )
  }

  /// What the feed knows of these items already.
  static func items(of feed: Int64, _ keys: [ItemKey]) -> PostgresCommand {
    (
      "SELECT gtin, watcher FROM feed_item WHERE feed = $1 AND gtin = ANY($2)",
      [.int8(feed), .int8Array(keys.map { Int64($0.gtin.number) })]
    )
  }

  static func readItems(_ rows: PostgresResult) throws -> [GTIN: FeedWatcher] {
    var watchers: [GTIN: FeedWatcher] = [:]
    for row in 0..<rows.count {
      guard let gtin = GTIN(number: UInt64(try rows.int8(row, 0))) else { continue }
      watchers[gtin] = try FeedWatcher(encoded: try rows.bytes(row, 1))
    }
    return watchers
  }

  /// The progress of a feed: its rows, its issues, and how far it is.
  static func write(
    _ progress: FeedProgress, changedIssues: [(kind: IssueTally.Kind, count: Int64, examples: [UInt8])],
    sendsAvoided: Int
  ) -> [PostgresCommand] {
    var commands: [PostgresCommand] = [
      (
        """
        UPDATE feed SET next_row = $2, is_read = $3, sends_avoided = sends_avoided + $4, status = 1,
          error_code = coalesce($5, error_code), error_text = coalesce($6, error_text)
        WHERE id = $1
        """,
        [
          .int8(progress.feed), .int8(progress.next), .bool(progress.isLast), .int8(Int64(sendsAvoided)),
          .text(progress.fault?.code), .text(progress.fault?.text),
        ]
      )
    ]
    if !progress.rows.isEmpty { commands.append(insertRows(progress)) }
    if !changedIssues.isEmpty {
      commands.append(
        (
          """
          INSERT INTO feed_issue (feed, code, severity, count, examples)
          SELECT $1, * FROM unnest($2::text[], $3::text[], $4::int8[], $5::bytea[])
          ON CONFLICT (feed, code, severity) DO UPDATE SET count = excluded.count, examples = excluded.examples
          """,
          [
            .int8(progress.feed), .textArray(changedIssues.map(\.kind.code)),
            .textArray(changedIssues.map(\.kind.severity)), .int8Array(changedIssues.map(\.count)),
            .byteaArray(changedIssues.map(\.examples)),
          ]
        ))
    }
    return commands
  }

  private static func insertRows(_ progress: FeedProgress) -> PostgresCommand {
    let rows = progress.rows
    return (
      """
      INSERT INTO feed_row (feed, index, line, gtin, text, failed, issues)
      SELECT $1, * FROM unnest($2::int8[], $3::int8[], $4::int8[], $5::text[], $6::bool[], $7::bytea[])
      """,
      [
        .int8(progress.feed), .int8Array(rows.map(\.index)), .int8Array(rows.map(\.line)),
        .int8Array(rows.map { $0.gtin.map { Int64($0.number) } }), .textArray(rows.map(\.text)),
        .boolArray(rows.map(\.isFailed)),
        .byteaArray(rows.map { $0.issues.isEmpty ? nil : FeedIssue.encode($0.issues) }),
      ]
    )
  }

  /// The counts and items that a batch moves.
  static func write(_ counts: FeedCounts, slot: Int16) -> [PostgresCommand] {
    var commands: [PostgresCommand] = []
    let items = counts.items.values.sorted { ($0.feed, $0.gtin) < ($1.feed, $1.gtin) }
    if !items.isEmpty {
      commands.append(
        (
          """
          WITH written AS (
            INSERT INTO feed_item AS i (feed, gtin, result, watcher)
            SELECT * FROM unnest($2::int8[], $3::int8[], $4::int2[], $5::bytea[])
            ON CONFLICT (feed, gtin) DO UPDATE SET result = excluded.result, watcher = excluded.watcher
            RETURNING i.feed, (xmax = 0) AS is_new)
          INSERT INTO feed_count AS c (feed, slot, items)
          SELECT feed, $1, count(*) FROM written WHERE is_new GROUP BY feed ORDER BY feed
          ON CONFLICT (feed, slot) DO UPDATE SET items = c.items + excluded.items
          """,
          [
            .int2(slot), .int8Array(items.map(\.feed)), .int8Array(items.map { Int64($0.gtin.number) }),
            .int2Array(items.map(\.watcher.result.rawValue)), .byteaArray(items.map(\.watcher.encoded)),
          ]
        ))
    }
    let rows = counts.rows.sorted { $0.key < $1.key }
    if !rows.isEmpty {
      commands.append(
        (
          """
          INSERT INTO feed_count AS c (feed, slot, received, succeeded, failed)
          SELECT n.feed, $1, n.received, n.succeeded, n.failed
          FROM unnest($2::int8[], $3::int8[], $4::int8[], $5::int8[]) AS n(feed, received, succeeded, failed)
          ON CONFLICT (feed, slot) DO UPDATE SET received = c.received + excluded.received,
            succeeded = c.succeeded + excluded.succeeded, failed = c.failed + excluded.failed
          """,
          [
            .int2(slot), .int8Array(rows.map(\.key)), .int8Array(rows.map(\.value.received)),
            .int8Array(rows.map(\.value.succeeded)), .int8Array(rows.map(\.value.failed)),
          ]
        ))
    }
    let systems = counts.systems.sorted { ($0.key.feed, $0.key.system) < ($1.key.feed, $1.key.system) }
    if !systems.isEmpty {
      commands.append(
        (
          """
          INSERT INTO feed_system_count AS c (feed, slot, system, pending, delivered, avoided, failed)
          SELECT n.feed, $1, n.system, n.pending, n.delivered, n.avoided, n.failed
          FROM unnest($2::int8[], $3::text[], $4::int8[], $5::int8[], $6::int8[], $7::int8[])
            AS n(feed, system, pending, delivered, avoided, failed)
          ON CONFLICT (feed, slot, system) DO UPDATE SET pending = c.pending + excluded.pending,
            delivered = c.delivered + excluded.delivered, avoided = c.avoided + excluded.avoided,
            failed = c.failed + excluded.failed
          """,
          [
            .int2(slot), .int8Array(systems.map(\.key.feed)), .textArray(systems.map(\.key.system)),
            .int8Array(systems.map(\.value.pending)), .int8Array(systems.map(\.value.delivered)),
            .int8Array(systems.map(\.value.avoided)), .int8Array(systems.map(\.value.failed)),
          ]
        ))
    }
    return commands
  }
}

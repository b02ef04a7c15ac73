internal import Crypto
public import ItemModel
internal import JSONCodec
public import PostgresClient

/// Answers questions about feeds, each as JSON. A merchant sees its own only.
public struct FeedReader: Sendable {
  let pool: PostgresPool
  let graph: SystemGraph

  public init(pool: PostgresPool, graph: SystemGraph) {
    self.pool = pool
    self.graph = graph
  }

  /// The feed's status, with counts and issues; nil when the merchant has no such feed.
  public func status(_ feedID: String, of merchant: MerchantID) async throws -> [UInt8]? {
    try await pool.withConnection { connection in
      let found = try await connection.execute(FeedReader.find, .text(feedID), .text(merchant.text))
      guard found.count == 1 else { return nil }
      let id = try found.int8(0, 0)
      // One snapshot for all, so that the counts add up.
      let results = try await connection.pipeline([
        ("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", []), (FeedReader.summary, [.int8(id)]),
        (FeedReader.systems, [.int8(id)]), (FeedReader.issues, [.int8(id)]), (.commit, []),
      ])
      var writer = JSONWriter(capacity: 2_048)
      try FeedSummary(results[1], row: 0).append(
        to: &writer, systems: try FeedReader.systems(results[2]), issues: try FeedReader.issues(results[3]))
      return writer.bytes
    }
  }

  /// The merchant's feeds, the newest first: `{"feeds":[…],"nextCursor":…}`.
  public func list(of merchant: MerchantID, cursor: String?, limit: Int) async throws -> [UInt8] {
    let before = cursor.flatMap { Int64($0) } ?? Int64.max
    let rows = try await pool.withConnection { connection in
      try await connection.execute(
        FeedReader.page, .text(merchant.text), .int8(before), .int8(Int64(limit)))
    }
    var writer = JSONWriter(capacity: 4_096)
    writer.beginObject()
    writer.name("feeds")
    writer.beginArray()
    for row in 0..<rows.count {
      try FeedSummary(rows, row: row).append(to: &writer, systems: nil, issues: nil)
    }
    writer.endArray()
    if rows.count == limit, rows.count > 0 { writer.field("nextCursor", String(try rows.int8(rows.count - 1, 0))) }
    writer.endObject()
    return writer.bytes
  }

  private static func systems(_ rows: PostgresResult) throws -> [FeedSummary.SystemCounts] {
    try (0..<rows.count).map { row in
      var counts = FeedCounts.Standings()
      counts.delivered = try rows.int8(row, 1)
      counts.pending = try rows.int8(row, 2)
      counts.failed = try rows.int8(row, 3)
      counts.avoided = try rows.int8(row, 4)
      return (try rows.text(row, 0), counts)
    }
  }

  private static func issues(_ rows: PostgresResult) throws -> [FeedSummary.IssueCounts] {
    try (0..<rows.count).map { row in
      let kind = IssueTally.Kind(code: try rows.text(row, 0), severity: try rows.text(row, 1))
      return (kind, try rows.int8(row, 2), try rows.bytes(row, 3))
    }
  }

  private static let find: PostgresStatement =
    "SELECT id FROM feed WHERE public_id = $1 AND merchant = $2 AND status >= 0"
  private static let counts = """
    LEFT JOIN LATERAL (SELECT sum(received) AS received, sum(succeeded) AS succeeded, sum(failed) AS failed,
      sum(items) AS items FROM feed_count WHERE feed = f.id) c ON true
    """
  private static let summary = PostgresStatement(
    "SELECT \(FeedSummary.columns) FROM feed f \(counts) WHERE f.id = $1")
  private static let page = PostgresStatement(
    """
    SELECT \(FeedSummary.columns) FROM feed f \(counts)
    WHERE f.merchant = $1 AND f.id < $2 AND f.status >= 0 ORDER BY f.id DESC LIMIT $3
    """)
  private static let systems: PostgresStatement = """
    SELECT system, sum(delivered)::int8, sum(pending)::int8, sum(failed)::int8, sum(avoided)::int8
    FROM feed_system_count WHERE feed = $1 GROUP BY system ORDER BY system
    """
  private static let issues: PostgresStatement = """
    SELECT code, severity, count, examples FROM feed_issue WHERE feed = $1 ORDER BY count DESC, code
    """
}

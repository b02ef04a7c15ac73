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
      try FeedSummary(results[1], row: 0).append(to: &writer, systems: results[2], issues: results[3])
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

  private static let find: PostgresStatement =
    "SELECT id FROM feed WHERE public_id = $1 AND merchant = $2 AND status >= 0"
  private static let columns = """
    f.id, f.public_id, f.spec, f.status::int8, f.submitted_at, f.completed_at, f.deadline, f.sends_avoided,
    f.error_code, f.error_text, f.is_read, f.bytes,
    coalesce(c.received, 0)::int8, coalesce(c.succeeded, 0)::int8, coalesce(c.failed, 0)::int8,
    coalesce(c.items, 0)::int8, f.correlation
    """
  private static let counts = """
    LEFT JOIN LATERAL (SELECT sum(received) AS received, sum(succeeded) AS succeeded, sum(failed) AS failed,
      sum(items) AS items FROM feed_count WHERE feed = f.id) c ON true
    """
  private static let summary = PostgresStatement("SELECT \(columns) FROM feed f \(counts) WHERE f.id = $1")
  private static let page = PostgresStatement(
    """
    SELECT \(columns) FROM feed f \(counts)
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

/// A feed's row and counts.
struct FeedSummary {
  let id: Int64
  private let rows: PostgresResult
  private let row: Int

  init(_ rows: PostgresResult, row: Int) throws {
    self.rows = rows
    self.row = row
    id = try rows.int8(row, 0)
  }

  func append(to writer: inout JSONWriter, systems: PostgresResult?, issues: PostgresResult?) throws {
    let (received, succeeded, failed) = (
      try rows.int8(row, 12), try rows.int8(row, 13), try rows.int8(row, 14)
    )
    let submitted = Instant(microseconds: try rows.timestamptz(row, 4))
    let completed = try rows.optionalTimestamptz(row, 5).map { Instant(microseconds: $0) }
    writer.beginObject()
    writer.field("feedId", try rows.text(row, 1))
    writer.field("spec", try rows.text(row, 2))
    writer.field("feedStatus", FeedSummary.name(of: try rows.int8(row, 3)))
    writer.field("itemsReceived", received)
    writer.field("itemsSucceeded", succeeded)
    writer.field("itemsFailed", failed)
    writer.field("itemsProcessing", received - succeeded - failed)
    writer.field("distinctItems", try rows.int8(row, 15))
    writer.field("sendsAvoided", try rows.int8(row, 7))
    writer.field("bytes", try rows.int8(row, 11))
    writer.field("submittedAt", submitted.description)
    if let completed { writer.field("completedAt", completed.description) }
    writer.field("deadline", Instant(microseconds: try rows.timestamptz(row, 6)).description)
    writer.field("correlationId", try rows.text(row, 16))
    if let code = try rows.optionalText(row, 8) { writer.field("errorCode", code) }
    if let text = try rows.optionalText(row, 9) { writer.field("errorDescription", text) }
    if let systems { try append(systems: systems, to: &writer) }
    if let issues { try append(issues: issues, to: &writer) }
    writer.endObject()
  }

  private func append(systems: PostgresResult, to writer: inout JSONWriter) throws {
    writer.name("systems")
    writer.beginObject()
    for place in 0..<systems.count {
      writer.name(try systems.text(place, 0))
      writer.beginObject()
      for (column, name) in [(1, "delivered"), (2, "pending"), (3, "failed"), (4, "avoided")] {
        writer.field(name, try systems.int8(place, column))
      }
      writer.endObject()
    }
    writer.endObject()
  }

  private func append(issues: PostgresResult, to writer: inout JSONWriter) throws {
    writer.name("issues")
    writer.beginArray()
    for place in 0..<issues.count {
      writer.beginObject()
      writer.field("code", try issues.text(place, 0))
      writer.field("severity", try issues.text(place, 1))
      writer.field("count", try issues.int8(place, 2))
      writer.name("examples")
      writer.raw(try issues.bytes(place, 3))
      writer.endObject()
    }
    writer.endArray()
  }

  static func name(of status: Int64) -> String {
    switch status {
    case 0: "RECEIVED"
    case 1: "INPROGRESS"
    case 2: "PROCESSED"
    case 3: "ERROR"
    default: "CANCELLED"
    }
  }
}

public import ItemModel
internal import JSONCodec
internal import PostgresClient

extension FeedReader {
  /// Which rows a page shows.
  public enum RowStatus: String, Sendable, CaseIterable {
    case inProgress = "INPROGRESS"
    case success = "SUCCESS"
    case dataError = "DATA_ERROR"
    case systemError = "SYSTEM_ERROR"
    case timeoutError = "TIMEOUT_ERROR"

    fileprivate var code: Int64 {
      switch self {
      case .inProgress: 0
      case .success: 1
      case .dataError: 2
      case .systemError: 3
      case .timeoutError: 4
      }
    }
  }

  /// A feed's rows in order: `{"items":[…],"nextCursor":…}`; nil when the merchant has no such feed.
  public func items(
    _ feedID: String, of merchant: MerchantID, status: RowStatus?, onlyWithIssues: Bool = false, cursor: String?,
    limit: Int
  ) async throws -> [UInt8]? {
    try await pool.withConnection { connection in
      let found = try await connection.execute(
        "SELECT id FROM feed WHERE public_id = $1 AND merchant = $2 AND status >= 0", .text(feedID),
        .text(merchant.text))
      guard found.count == 1 else { return nil }
      let rows = try await connection.execute(
        """
        SELECT r.index, r.line, r.text, r.issues, i.watcher, t.state, t.version, t.timeline::int8, s.result
        FROM feed_row r
        LEFT JOIN feed_item i ON i.feed = r.feed AND i.gtin = r.gtin AND NOT r.failed
        LEFT JOIN item t ON t.merchant = $2 AND t.gtin = r.gtin AND NOT r.failed AND i.result <> 1
        CROSS JOIN LATERAL (SELECT CASE WHEN r.failed THEN 2 ELSE coalesce(i.result, 0) END::int8 AS result) s
        WHERE r.feed = $1 AND r.index > $3 AND ($4 < 0 OR s.result = $4) AND (NOT $6 OR r.issues IS NOT NULL)
        ORDER BY r.index LIMIT $5
        """, .int8(try found.int8(0, 0)), .text(merchant.text), .int8(cursor.flatMap { Int64($0) } ?? -1),
        .int8(status?.code ?? -1), .int8(Int64(limit)), .bool(onlyWithIssues))
      return try self.write(rows, limit: limit)
    }
  }

  private func write(_ rows: PostgresResult, limit: Int) throws -> [UInt8] {
    var writer = JSONWriter(capacity: 256 * rows.count + 64)
    writer.beginObject()
    writer.name("items")
    writer.beginArray()
    for row in 0..<rows.count { try write(rows, row, to: &writer) }
    writer.endArray()
    if rows.count == limit, rows.count > 0 { writer.field("nextCursor", String(try rows.int8(rows.count - 1, 0))) }
    writer.endObject()
    return writer.bytes
  }

  private func write(_ rows: PostgresResult, _ row: Int, to writer: inout JSONWriter) throws {
    let result = try rows.int8(row, 8)
    writer.beginObject()
    writer.field("index", try rows.int8(row, 0))
    writer.field("line", try rows.int8(row, 1))
    writer.field("gtin", try rows.text(row, 2))
    let status = RowStatus.allCases.first { $0.code == result } ?? .inProgress
    writer.field("ingestionStatus", status.rawValue)
    writer.name("ingestionErrors")
    writer.beginObject()
    writer.name("ingestionError")
    let state = try state(rows, row)
    var watcher = try rows.optionalBytes(row, 4).map { try FeedWatcher(encoded: $0) }
    // The item's own row knows of what ended since the feed's was written.
    if let feed = watcher?.feed, let current = state?.watchers.first(where: { $0.feed == feed }) { watcher = current }
    writer.beginArray()
    // An array as it was stored with the row: its elements go before those that the systems add.
    if let issues = try rows.optionalBytes(row, 3), issues.count > 2 { writer.raw(issues.dropFirst().dropLast()) }
    if let watcher { writeFailures(watcher, state: state, to: &writer) }
    writer.endArray()
    writer.endObject()
    writer.name("systems")
    writer.beginObject()
    if let watcher { write(watcher, state: state, to: &writer) }
    writer.endObject()
    writer.endObject()
  }

  /// What systems have against the row's item, as errors beside those of its cells.
  private func writeFailures(_ watcher: FeedWatcher, state: ItemState?, to writer: inout JSONWriter) {
    for (name, result) in watcher.systems.sorted(by: { $0.key < $1.key }) where result.status == .failed {
      FeedIssue(result.fault(of: name, in: state, graph), severity: "ERROR").append(to: &writer)
    }
  }

  /// The item as it stands, for rows whose end is open or a failure.
  private func state(_ rows: PostgresResult, _ row: Int) throws -> ItemState? {
    guard let bytes = try rows.optionalBytes(row, 5), let version = try rows.optionalInt8(row, 6), version > 0 else {
      return nil
    }
    return try ItemState(
      encoded: bytes, version: version, timeline: Int32(try rows.int8(row, 7)), attributes: .empty, graph: graph)
  }

  private func write(_ watcher: FeedWatcher, state: ItemState?, to writer: inout JSONWriter) {
    for (name, result) in watcher.systems.sorted(by: { $0.key < $1.key }) {
      writer.name(name)
      writer.beginObject()
      let system = graph.index(of: name).flatMap { place in state.map { $0.systems[place] } }
      switch result.status {
      case .pending: writer.field("status", system?.open == nil ? "PENDING" : "SENT")
      case .delivered: writer.field("status", "DELIVERED")
      case .avoided: writer.field("status", "AVOIDED")
      case .failed: writer.field("status", "FAILED")
      case .blocked: writer.field("status", "BLOCKED")
      }
      if !result.code.isEmpty { writer.field("code", result.code) }
      writer.field("version", watcher.version)
      writer.endObject()
    }
  }
}

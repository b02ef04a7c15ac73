internal import ItemModel
internal import JSONCodec
internal import PostgresClient
internal import SpecParser
internal import Telemetry

/// Reads one feed from its stored bytes and applies its rows, from where an earlier run stopped.
struct FeedRunner {
  let context: IngestContext
  let feed: ClaimedFeed
  let slot: Int16
  /// Names this process as the feed's reader.
  let runner: String
  let backlog: LaneBacklog

  /// Reads to the end of the file, or to where it cannot be read on.
  /// - Throws: `FeedMoved` when another process reads the feed; `CancellationError`; errors of the database that do not
  ///   pass.
  func run() async throws {
    var issues = try await storedIssues()
    var next = feed.nextRow
    var pending = RowBatch()
    do {
      let spec = try context.specs.reading(feed.spec)
      var reading = FeedReading(spec: spec, scan: try await scan(spec), firstRow: Int(next))
      var file = file()
      while let piece = try await file.next() {
        try reading.feed(piece, into: &pending)
        try await applyFull(&pending, next: &next, issues: &issues)
      }
      while try reading.finish(into: &pending) { try await applyFull(&pending, next: &next, issues: &issues) }
      try await applyFull(&pending, next: &next, issues: &issues)
      for note in reading.notes { issues.add(note) }
      try await apply(pending, next: &next, issues: &issues, isLast: true)
    } catch let error as FeedParserError where !error.isSystemFault {
      // The rows before the place where the file breaks are good.
      try await applyFull(&pending, next: &next, issues: &issues)
      if !pending.isEmpty { try await apply(pending, next: &next, issues: &issues) }
      try await end(code: error.code, text: "\(error.what) \(error.hint)")
    } catch let error as PostgresError where error.refusesContent {
      // Not an item's fault, or its rows alone would have failed; at each try it would be refused again.
      context.logger.error("a feed's rows are refused", ["feed": String(feed.id), "error": error.description])
      try await end(code: "unstorable", text: "The rest of the file cannot be stored: a mistake of the service.")
    }
  }

  /// Applies as many rows as make whole batches.
  private func applyFull(_ pending: inout RowBatch, next: inout Int64, issues: inout IssueTally) async throws {
    while pending.count >= context.configuration.feedBatch {
      try await apply(pending.takeFirst(context.configuration.feedBatch), next: &next, issues: &issues)
    }
  }

  private func file() -> StoredFile {
    StoredFile { [feed, context] part in
      try await context.retrying("reading a feed") {
        try await StoredFile.chunk(part, of: feed.id, in: context.pool)
      }
    }
  }

  /// What the whole file says before its rows are applied.
  private func scan(_ spec: Spec) async throws -> ScanResult {
    var scan = FeedScan(spec: spec)
    do {
      while scan.needsPass {
        var file = file()
        while let piece = try await file.next() { try scan.feed(chunk: piece) }
        while try scan.finish() { try Task.checkCancellation() }
      }
    } catch let error as FeedParserError where !error.isSystemFault {
      // Told when the rows before the place where the file breaks were read.
    }
    return try scan.result()
  }

  private func storedIssues() async throws -> IssueTally {
    var tally = IssueTally()
    let rows = try await context.retrying("reading a feed's issues") {
      try await context.pool.withConnection { connection in
        try await connection.execute(
          "SELECT code, severity, count, examples FROM feed_issue WHERE feed = $1", .int8(feed.id))
      }
    }
    for row in 0..<rows.count {
      try tally.restore(
        code: try rows.text(row, 0), severity: try rows.text(row, 1), count: try rows.int8(row, 2),
        examples: try rows.bytes(row, 3))
    }
    return tally
  }

  // MARK: Applying

  private func apply(
    _ rows: RowBatch, next: inout Int64, issues: inout IssueTally, isLast: Bool = false
  ) async throws {
    try await context.retrying("looking at the lane's backlog") { try await backlog.waitForRoom() }
    let batch = try batch(of: rows, from: next, issues: issues, isLast: isLast)
    // A commit whose answer was lost shows as a feed that has moved on by exactly this batch.
    let report: ApplyReport? = try await context.retrying("applying a feed's rows") {
      do {
        return try await context.applier.apply(batch, slot: slot)
      } catch let moved as FeedMoved where moved.nextRow == batch.feed?.next && moved.nextRow > next {
        return nil
      }
    }
    next = batch.feed?.next ?? next
    // What the items refused stands in the database only.
    issues = if let report, let told = report.issues { told } else { try await storedIssues() }
    context.metrics.rows.increment(by: rows.count)
    guard let report else { return }
    context.metrics.record(report, entries: batch.entries)
    try await publish(report.messages)
  }

  private func publish(_ messages: [OutboxMessage]) async throws {
    var refused = try await context.relay.publish(messages)
    while !refused.isEmpty {
      let entries = refused
      let report = try await context.retrying("applying refusals") {
        try await context.applier.apply(ApplyBatch(entries: entries), slot: slot)
      }
      refused = try await context.relay.publish(report.messages)
    }
  }

  private func batch(
    of rows: RowBatch, from: Int64, issues: IssueTally, isLast: Bool
  ) throws -> ApplyBatch {
    var tally = issues
    let feedRows = rows.map { row in
      for issue in row.issues {
        tally.add(
          code: issue.code, severity: issue.severity.rawValue.uppercased(), line: Int64(issue.line),
          field: issue.column, value: issue.value)
      }
      return FeedRow(row)
    }
    let next = rows.last.map { Int64($0.index) + 1 } ?? from
    var batch = ApplyBatch(
      feed: FeedProgress(
        feed: feed.id, runner: runner, from: from, next: next, isLast: isLast, rows: feedRows,
        merge: { rows.attributes(of: $0) }, issues: tally))
    for item in RowMerger.merge(rows) {
      let key = ItemKey(merchant: feed.merchant, gtin: item.gtin)
      let parts =
        item.rows.count < 2
        ? []
        : try item.rows.compactMap { place -> ApplyBatch.Entry? in
          guard let attributes = rows[place].attributes else { return nil }
          return try entry(key, gtin: item.submittedGTIN, attributes: attributes, rows: [place])
        }
      var whole = try entry(key, gtin: item.submittedGTIN, attributes: item.attributes, rows: item.rows)
      whole.parts = parts
      batch.entries.append(whole)
    }
    return batch
  }

  private func entry(
    _ key: ItemKey, gtin: String, attributes: [UInt8], rows: [Int]
  ) throws -> ApplyBatch.Entry {
    let change = ItemChange(
      attributes: try JSONDocument(attributes).root, gtin: gtin, lane: .setup, correlationID: feed.correlation,
      feed: ItemChange.FeedPart(feed: feed.id, rows: Int32(rows.count)))
    return ApplyBatch.Entry(key: key, event: .change(change), origin: .rows(rows))
  }

  // MARK: The feed's own row

  private func end(code: String, text: String) async throws {
    try await context.retrying("ending a feed") {
      try await context.pool.withConnection { connection in
        _ = try await connection.execute(
          "UPDATE feed SET is_read = true, status = 1, error_code = $2, error_text = $3 WHERE id = $1",
          .int8(feed.id), .text(code), .text(text))
      }
    }
  }
}

extension FeedRow {
  init(_ row: ParsedRow) {
    self.init(
      index: Int64(row.index), line: Int64(row.line), gtin: row.gtin, text: row.submittedGTIN,
      isFailed: row.isFailed,
      issues: row.issues.map { issue in
        FeedIssue(
          severity: issue.severity.rawValue.uppercased(), code: issue.code, field: issue.column, value: issue.value,
          description: issue.description, hint: issue.hint)
      })
  }
}

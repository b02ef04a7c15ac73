internal import ItemModel
internal import JSONCodec
internal import PostgresClient
internal import ScratchFiles
internal import SpecParser
internal import Telemetry

/// Reads one feed from its stored bytes and applies its rows, or checks them only, from where an earlier run stopped.
struct FeedRunner {
  private let context: IngestContext
  private let feed: ClaimedFeed
  private let slot: Int16
  private let runner: String
  private let backlog: LaneBacklog
  private let limits: GridLimits

  /// - Parameter runner: names this process as the feed's reader.
  init(context: IngestContext, feed: ClaimedFeed, slot: Int16, runner: String, backlog: LaneBacklog) {
    self.context = context
    self.feed = feed
    self.slot = slot
    self.runner = runner
    self.backlog = backlog
    var limits = context.configuration.grid
    limits.spill = limits.spill.ofOneFile
    self.limits = limits
  }

  /// Reads to the end of the file, or to where it cannot be read on.
  /// - Throws: `FeedMoved` when another process reads the feed; `CancellationError`; errors of the database that do not
  ///   pass.
  func run() async throws {
    do {
      let spec = try context.specs.reading(feed.spec, version: feed.specVersion)
      let scan = try await scan(spec)
      let purpose = try await purpose(spec, scan)
      var issues = try await storedIssues()
      var next = feed.nextRow
      var carried = carriedItems
      var batches = batches(spec, scan, from: next)
      repeat {
        let rows = try await batches.next()
        if batches.isAtEnd { for note in batches.notes { issues.add(note) } }
        try await apply(
          rows, for: purpose, next: &next, issues: &issues, carried: &carried, isLast: batches.isAtEnd,
          failure: batches.failure)
      } while !batches.isAtEnd
    } catch let error as FeedParserError where !error.isSystemFault {
      // Its spec is known to none that could have read it in time.
      try await end(FeedFault(error))
    } catch let error as FeedParserError where error.isForGood {
      try await endWithoutRoom()
    } catch let error as ScratchFileError where error.isForGood {
      try await endWithoutRoom()
    } catch let error as PostgresError where error.refusesContent {
      // Not an item's fault, or its rows alone would have failed; at each try it would be refused again.
      context.logger.error("a feed's rows are refused", ["feed": String(feed.id), "error": error.description])
      try await end(.unstorable)
    }
  }

  private func batches(_ spec: Spec, _ scan: ScanResult, from row: Int64) -> FeedBatches {
    FeedBatches(
      file(), spec: spec, scan: scan, limits: limits, firstRow: row,
      size: context.configuration.feedBatch, bytes: context.configuration.feedBatchBytes)
  }

  private var carriedItems: CarriedItems { CarriedItems(limit: context.configuration.feedBatchBytes) }

  private func file() -> StoredFile {
    StoredFile { [feed, context] part in
      try await context.retrying("reading a feed") {
        try await StoredFile.chunk(part, of: feed.id, in: context.pool)
      }
    }
  }

  // MARK: Before the rows

  /// What the whole file says before its rows are applied.
  private func scan(_ spec: Spec) async throws -> ScanResult {
    var scan = FeedScan(spec: spec, limits: limits)
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

  /// What is done with the rows.
  private func purpose(_ spec: Spec, _ scan: ScanResult) async throws -> ApplyBatch.Purpose {
    let ifGood: ApplyBatch.Purpose = feed.mode == .validate ? .check : .apply
    guard feed.policy == .allOrNothing else { return ifGood }
    // What was decided stands: looked at again, after rows were applied, the items might say something else.
    if let isRefused = feed.isRefused { return isRefused ? .refuse : ifGood }
    let isRefused = feed.policy.refuses(scan) ? true : try await isAnyRefused(spec, scan)
    try await decide(isRefused: isRefused)
    return isRefused ? .refuse : ifGood
  }

  /// Whether an item would refuse a row.
  private func isAnyRefused(_ spec: Spec, _ scan: ScanResult) async throws -> Bool {
    var batches = batches(spec, scan, from: 0)
    var from: Int64 = 0
    var carried = carriedItems
    repeat {
      let batch = try batch(
        of: try await batches.next(), for: .look, from: from, issues: IssueTally(), carried: carried)
      from = batch.feed?.next ?? from
      let report = try await context.retrying("checking a feed's rows") {
        try await context.applier.apply(batch, slot: slot)
      }
      if !report.rejections.isEmpty { return true }
      carried.add(report.states)
    } while !batches.isAtEnd
    return false
  }

  private func decide(isRefused: Bool) async throws {
    let decided = try await context.retrying("deciding about a feed") {
      try await context.pool.withConnection { connection in
        try await connection.execute(
          """
          UPDATE feed SET is_refused = $3, error_code = CASE WHEN $3 THEN $4 END,
            error_text = CASE WHEN $3 THEN $5 END
          WHERE id = $1 AND runner = $2 AND next_row = 0 RETURNING id
          """, .int8(feed.id), .text(runner), .bool(isRefused), .text(FeedFault.notAll.code),
          .text(FeedFault.notAll.text))
      }
    }
    guard decided.count == 1 else { throw FeedMoved(nextRow: feed.nextRow) }
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
    _ rows: RowBatch, for purpose: ApplyBatch.Purpose, next: inout Int64, issues: inout IssueTally,
    carried: inout CarriedItems, isLast: Bool, failure: FeedParserError?
  ) async throws {
    if purpose == .apply {
      try await context.retrying("looking at the lane's backlog") { try await backlog.waitForRoom() }
    }
    var batch = try batch(of: rows, for: purpose, from: next, issues: issues, carried: carried)
    if isLast {
      batch.feed?.isLast = true
      batch.feed?.fault = failure.map { FeedFault($0) }
    }
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
    carried.add(report?.states ?? [])
    guard let report, purpose == .apply else { return }
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
    of rows: RowBatch, for purpose: ApplyBatch.Purpose, from: Int64, issues: IssueTally, carried: CarriedItems
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
        feed: feed.id, runner: runner, from: from, next: next, isLast: false, rows: feedRows,
        merge: { rows.attributes(of: $0) }, issues: tally), purpose: purpose)
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
    batch.carried = carried.states(of: batch.entries.lazy.map(\.key))
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

  /// Even alone the feed would find too little room.
  private func endWithoutRoom() async throws {
    context.logger.error(
      "a feed needs more room for temporary files than all of them may have; it has failed",
      ["feed": String(feed.id), "scratch.max.bytes": String(limits.spill.space.limit)])
    try await end(FeedFault(.needsTooMuchRoom))
  }

  private func end(_ fault: FeedFault) async throws {
    let ended = try await context.retrying("ending a feed") {
      try await context.pool.withConnection { connection in
        try await connection.execute(
          """
          UPDATE feed SET is_read = true, status = 1, error_code = $3, error_text = $4
          WHERE id = $1 AND runner = $2 RETURNING id
          """, .int8(feed.id), .text(runner), .text(fault.code), .text(fault.text))
      }
    }
    guard ended.count == 1 else { throw FeedMoved(nextRow: feed.nextRow) }
  }
}

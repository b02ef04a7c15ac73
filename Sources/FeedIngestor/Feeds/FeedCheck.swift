public import SpecParser

/// What the service would say of a grid, without a server: its rows are read and counted, not applied.
///
/// As JSON that is `{"items":[…],"feed":{…}}`: the rows with issues, in pieces as they come, and the feed at last. No
/// more is held than what one piece of the file gave.
public struct FeedCheck {
  /// Why the file could not be read to its end.
  public private(set) var error: FeedParserError?
  /// Data rows so far.
  public private(set) var rows = 0
  /// Rows with an error.
  public private(set) var failedRows = 0
  /// What was understood in a way worth telling, over all rows so far.
  public var notes: [FeedNote] { reading.notes }
  private let spec: Spec
  private let policy: FeedPolicy
  private let isRefused: Bool
  private let items: Int
  private var reading: FeedReading
  private var bytes = 0
  private var tally = IssueTally()
  private var document: FeedCheckDocument?

  /// - Parameters:
  ///   - scan: of the whole file.
  ///   - policy: what a bad row holds back.
  ///   - limits: those of the scan.
  ///   - writesJSON: whether `takeJSON` is going to be called.
  public init(
    spec: Spec, scan: ScanResult, policy: FeedPolicy = .eachRow, limits: GridLimits = GridLimits(), writesJSON: Bool
  ) {
    self.spec = spec
    self.policy = policy
    isRefused = policy.refuses(scan)
    items = isRefused ? 0 : scan.items
    reading = FeedReading(spec: spec, scan: scan, rejectsAll: isRefused, limits: limits)
    document = writesJSON ? FeedCheckDocument() : nil
  }

  /// Takes the next piece of the file, and appends the rows that it completed. After an error there are none.
  /// - Throws: `ScratchFileError`.
  public mutating func add(_ chunk: [UInt8], into batch: inout RowBatch) throws {
    bytes += chunk.count
    _ = try take(into: &batch) { reading, batch in
      try reading.feed(chunk, into: &batch)
      return false
    }
  }

  /// Takes note of the file's end, and appends the next rows that are left.
  /// - Returns: whether there may be more; call again then.
  public mutating func finish(into batch: inout RowBatch) throws -> Bool {
    let mayHaveMore = try take(into: &batch) { reading, batch in try reading.finish(into: &batch) }
    if !mayHaveMore { for note in reading.notes { tally.add(note) } }
    return mayHaveMore
  }

  private mutating func take(
    into batch: inout RowBatch, _ read: (inout FeedReading, inout RowBatch) throws -> Bool
  ) throws -> Bool {
    guard error == nil else { return false }
    let first = batch.count
    var mayHaveMore = false
    do { mayHaveMore = try read(&reading, &batch) } catch let error as FeedParserError where !error.isSystemFault {
      self.error = error
    }
    for row in batch[first...] {
      rows += 1
      if row.isFailed { failedRows += 1 }
      if !row.issues.isEmpty { tell(FeedRow(row)) }
    }
    return mayHaveMore
  }

  private mutating func tell(_ row: FeedRow) {
    for issue in row.issues {
      tally.add(
        code: issue.code, severity: issue.severity, line: row.line, field: issue.field, value: issue.value)
    }
    document?.add(row)
  }

  /// The next piece of the JSON.
  public mutating func takeJSON() -> [UInt8] { document?.take() ?? [] }

  /// The last piece of the JSON.
  public mutating func takeLastJSON() -> [UInt8] {
    let issues = tally.takeChanged().sorted { ($1.count, $0.kind.code) < ($0.count, $1.kind.code) }
    let summary = FeedSummary(
      spec: spec.name, specVersion: Int64(spec.version), mode: .validate, policy: policy,
      status: items == 0 ? .error : .processed, received: Int64(rows),
      succeeded: Int64(rows - failedRows), failed: Int64(failedRows), items: Int64(items), bytes: Int64(bytes),
      error: fault)
    document?.end(summary, issues: issues)
    return takeJSON()
  }

  private var fault: FeedFault? {
    if let error { return FeedFault(error) }
    guard items == 0 else { return nil }
    if isRefused { return .notAll }
    return rows == 0 ? FeedFault.noRows : FeedFault.noRowApplied
  }
}

internal import ItemModel
internal import JSONCodec
public import SpecParser

/// What the service would say of a grid, without a server: its rows are read and counted, not applied.
public struct FeedCheck {
  /// Why the file could not be read to its end.
  public private(set) var error: FeedParserError?
  /// Data rows so far.
  public private(set) var rows = 0
  /// Rows with an error.
  public private(set) var failedRows = 0
  private let spec: String
  private var reading: FeedReading
  private var bytes = 0
  private var items: Set<GTIN> = []
  private var tally = IssueTally()
  /// The rows with issues, as a page of the feed's items shows them.
  private var entries = JSONWriter(capacity: 4_096)

  /// - Parameter scan: of the whole file.
  public init(spec: Spec, scan: ScanResult) {
    self.spec = spec.name
    reading = FeedReading(spec: spec, scan: scan)
    entries.beginArray()
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
      count(FeedRow(row))
      if !row.isFailed, let gtin = row.gtin { items.insert(gtin) }
    }
    return mayHaveMore
  }

  private mutating func count(_ row: FeedRow) {
    rows += 1
    if row.isFailed { failedRows += 1 }
    guard !row.issues.isEmpty else { return }
    for issue in row.issues {
      tally.add(
        code: issue.code, severity: issue.severity, line: row.line, field: issue.field, value: issue.value)
    }
    entries.beginObject()
    entries.field("index", row.index)
    entries.field("line", row.line)
    entries.field("gtin", row.text)
    entries.field("ingestionStatus", row.isFailed ? "DATA_ERROR" : "SUCCESS")
    entries.name("ingestionErrors")
    entries.beginObject()
    entries.name("ingestionError")
    entries.raw(FeedIssue.encode(row.issues))
    entries.endObject()
    entries.name("systems")
    entries.beginObject()
    entries.endObject()
    entries.endObject()
  }

  /// `{"feed":{…},"items":[…]}`: the feed as `FeedReader.status` shows it, without what only a server gives, and those of
  /// its items that have issues.
  public func document() -> [UInt8] {
    var tally = tally
    let issues = tally.takeChanged().sorted { ($1.count, $0.kind.code) < ($0.count, $1.kind.code) }
    let summary = FeedSummary(
      spec: spec, status: items.isEmpty ? .error : .processed, received: Int64(rows),
      succeeded: Int64(rows - failedRows), failed: Int64(failedRows), items: Int64(items.count), bytes: Int64(bytes),
      error: fault)
    var entries = entries
    entries.endArray()
    var writer = JSONWriter(capacity: entries.bytes.count + 4_096)
    writer.beginObject()
    writer.name("feed")
    summary.append(to: &writer, systems: [], issues: issues)
    writer.name("items")
    writer.raw(entries.bytes)
    writer.endObject()
    return writer.bytes
  }

  private var fault: (code: String, text: String)? {
    if let error { return (error.code, "\(error.what) \(error.hint)") }
    guard items.isEmpty else { return nil }
    return rows == 0 ? FeedFault.noRows : FeedFault.noRowApplied
  }
}

/// Why a feed as a whole is an error though its file could be read.
enum FeedFault {
  static let noRows = (code: "no_rows", text: "The file has no rows below its header.")
  static let notAll = (
    code: "all_or_nothing",
    text: "Rows fail, and all or nothing was asked for: no row was applied; see the issues."
  )
  static let noRowApplied = (code: "no_row_applied", text: "No row could be applied; see the issues.")
}

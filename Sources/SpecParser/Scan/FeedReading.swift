/// Reads a file's rows for good, after a scan of the whole of it.
public struct FeedReading: Sendable {
  private var parser: FeedParser
  private var flags: RowFlags
  private let spec: Spec

  private let rejectsAll: Bool

  /// - Parameters:
  ///   - firstRow: rows with a lower index are read, and left out.
  ///   - rejectsAll: whether every row fails, since one alone fails all.
  public init(
    spec: Spec, scan: ScanResult, firstRow: Int = 0, rejectsAll: Bool = false, limits: GridLimits = GridLimits()
  ) {
    self.spec = spec
    self.rejectsAll = rejectsAll
    flags = scan.flags
    parser = FeedParser(spec: spec, readings: scan.readings, firstRow: firstRow, limits: limits)
  }

  /// What was understood in a way worth telling, over all rows so far.
  public var notes: [FeedNote] { parser.notes }

  /// Takes the next bytes, and appends the rows that they complete.
  /// - Throws: `FeedParserError` for what makes the file unreadable from here on, rows that were appended before it
  ///   stand; `ScratchFileError`.
  public mutating func feed(_ chunk: [UInt8], into batch: inout RowBatch) throws {
    _ = try read(into: &batch) { parser, batch throws(FeedParserError) in
      try parser.feed(chunk: chunk, into: &batch)
      return false
    }
  }

  /// Takes the end of the file, and appends the next rows that are left.
  /// - Returns: whether there may be more; call again then.
  public mutating func finish(into batch: inout RowBatch) throws -> Bool {
    try read(into: &batch) { parser, batch throws(FeedParserError) in try parser.finish(into: &batch) }
  }

  private mutating func read(
    into batch: inout RowBatch, _ take: (inout FeedParser, inout RowBatch) throws(FeedParserError) -> Bool
  ) throws -> Bool {
    let first = batch.count
    var mayHaveMore = false
    var failure: FeedParserError?
    do throws(FeedParserError) { mayHaveMore = try take(&parser, &batch) } catch { failure = error }
    try batch.add(&flags, from: first, spec: spec)
    if rejectsAll { batch.rejectAll(from: first) }
    if let failure { throw failure }
    return mayHaveMore
  }
}

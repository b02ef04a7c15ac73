public import ScratchFiles

/// Goes through a whole file before its rows are read for good: how its columns are to be read, which of its rows clash,
/// and how many fail.
///
/// Mostly one pass is enough. A second one follows when the whole file says other things of its columns than its first
/// bytes did; each pass takes the file from its first byte:
///
///     var scan = FeedScan(spec: spec)
///     while scan.needsPass {
///       for chunk in file { try scan.feed(chunk: chunk) }
///       while try scan.finish() {}
///     }
///     let result = try scan.result()
public struct FeedScan: Sendable {
  private let spec: Spec
  private let limits: GridLimits
  private var parser: FeedParser
  private var batch = RowBatch()
  private var finder: DuplicateFinder
  /// Data rows of the pass so far.
  public private(set) var rows = 0
  private var failed = 0
  private var isLastPass = false
  private var isWhole = false
  /// Whether the file has broken off in a pass that another one follows.
  private var isBroken = false
  /// Whether the file has to be fed, from its first byte.
  public private(set) var needsPass = true

  public init(spec: Spec, limits: GridLimits = GridLimits()) {
    self.spec = spec
    self.limits = limits
    parser = FeedParser(spec: spec, gathersEvidence: true, limits: limits)
    finder = DuplicateFinder(limits.spill)
  }

  /// Takes the next bytes of the pass.
  /// - Throws: `FeedParserError` for what makes the file unreadable from here on; `ScratchFileError` when the disk has
  ///   no room for the rows' keys.
  public mutating func feed(chunk: [UInt8]) throws {
    _ = try read { parser, batch throws(FeedParserError) in
      try parser.feed(chunk: chunk, into: &batch)
      return true
    }
  }

  /// Takes the end of the file.
  /// - Returns: whether there may be more rows; call again then.
  public mutating func finish() throws -> Bool {
    let mayHaveMore = try read { parser, batch throws(FeedParserError) in try parser.finish(into: &batch) }
    if !mayHaveMore, !isBroken {
      endPass()
      isWhole = !needsPass
    }
    isBroken = false
    return mayHaveMore
  }

  /// A file that breaks off is read by what it said before, too: what is left of it is passed over then, and a second
  /// pass tells the error.
  private mutating func read(
    _ take: (inout FeedParser, inout RowBatch) throws(FeedParserError) -> Bool
  ) throws -> Bool {
    if isBroken { return false }
    var mayHaveMore = false
    var failure: FeedParserError?
    do throws(FeedParserError) { mayHaveMore = try take(&parser, &batch) } catch { failure = error }
    try takeRows()
    guard let failure else { return mayHaveMore }
    endPass()
    guard needsPass, !failure.isSystemFault else { throw failure }
    isBroken = true
    return false
  }

  /// What the passes have shown. A file that breaks off shows what it did before.
  public consuming func result() throws(ScratchFileError) -> ScanResult {
    ScanResult(
      readings: parser.readings, rows: rows, failedRows: failed, isWhole: isWhole, flags: try finder.finish())
  }

  private mutating func takeRows() throws(ScratchFileError) {
    for place in batch.indices {
      if let facts = batch.facts(of: place) { try finder.add(facts) } else { failed += 1 }
    }
    rows += batch.count
    batch.removeAll()
  }

  private mutating func endPass() {
    needsPass = false
    guard !isLastPass, let decided = parser.evidence?.readings, decided != parser.readings else { return }
    isLastPass = true
    needsPass = true
    parser = FeedParser(spec: spec, readings: decided, limits: limits)
    finder = DuplicateFinder(limits.spill)
    (rows, failed) = (0, 0)
  }
}

/// What a whole file says before its rows are read for good.
public struct ScanResult: Sendable {
  /// How the file's columns are read; nil when it has no header.
  public let readings: ColumnReadings?
  /// Data rows.
  public let rows: Int
  /// Rows with an error of their own.
  public let failedRows: Int
  /// Whether the file could be read to its end.
  public let isWhole: Bool
  /// Items with a row that does not fail.
  public var items: Int { flags.items }
  /// The rows that clash with others.
  public var flags: RowFlags

  /// All rows that fail, those that clash with others included.
  public var allFailedRows: Int {
    failedRows + (flags.counts[.contradicted] ?? 0) + (flags.counts[.overlapping] ?? 0)
  }

  /// Whether the whole file can be read, and none of its rows fails.
  public var isSound: Bool { isWhole && allFailedRows == 0 }
}

internal import ItemModel
internal import JSONCodec
internal import SpecParser

/// Everything that a scan and a reading say of a file.
struct WholeReading: Equatable {
  /// A row, and what it becomes.
  struct Row: Equatable {
    let index: Int
    let line: Int
    let gtin: GTIN?
    let submitted: String
    let attributes: [UInt8]?
    let issues: [RowIssue]
  }

  private(set) var rows: [Row] = []
  private(set) var notes: [FeedNote] = []
  /// What made the file unreadable.
  private(set) var error: FeedParserError?
  private(set) var scannedRows = 0
  private(set) var scannedFailures = 0
  private(set) var flags: [RowFlag.Kind: Int] = [:]

  /// - Parameters:
  ///   - size: bytes that come at once.
  ///   - firstRow: where the reading begins; the scan is of the whole file in any case.
  init(
    _ file: [UInt8], spec: Spec, size: Int, limits: GridLimits, firstRow: Int = 0
  ) throws {
    let (scan, scanError) = try WholeReading.scan(file, spec, size, limits)
    (scannedRows, scannedFailures, flags) = (scan.rows, scan.allFailedRows, scan.flags.counts)
    var reading = FeedReading(spec: spec, scan: scan, firstRow: firstRow, limits: limits)
    do {
      for piece in Pieces(file, size) { try take { try reading.feed(piece, into: &$0) } }
      var mayHaveMore = true
      while mayHaveMore { try take { mayHaveMore = try reading.finish(into: &$0) } }
    } catch let error as FeedParserError {
      self.error = error
    }
    notes = reading.notes
    try demand(error == scanError, "the scan ends with \(scanError as Any), the reading with \(error as Any)")
  }

  /// The scan's result, and what broke it off.
  private static func scan(
    _ file: [UInt8], _ spec: Spec, _ size: Int, _ limits: GridLimits
  ) throws -> (ScanResult, FeedParserError?) {
    var limits = limits
    limits.spill.memory = 1
    var scan = FeedScan(spec: spec, limits: limits)
    do {
      while scan.needsPass {
        for piece in Pieces(file, size) { try scan.feed(chunk: piece) }
        while try scan.finish() {}
      }
    } catch let error as FeedParserError {
      return (try scan.result(), error)
    }
    return (try scan.result(), nil)
  }

  /// Takes the rows that `read` gives, those before an error too.
  private mutating func take(_ read: (inout RowBatch) throws -> Void) throws {
    var batch = RowBatch()
    var failure: (any Error)?
    do { try read(&batch) } catch { failure = error }
    try WholeReading.check(batch)
    rows += batch.map { row in
      Row(
        index: row.index, line: row.line, gtin: row.gtin, submitted: row.submittedGTIN, attributes: row.attributes,
        issues: Array(row.issues))
    }
    if let failure { throw failure }
  }

  /// What is promised of a batch by itself.
  private static func check(_ batch: RowBatch) throws {
    for row in batch {
      let hasError = row.issues.contains { $0.severity == .error }
      try demand(hasError == row.isFailed, "row \(row.line) fails: \(row.isFailed), has errors: \(hasError)")
      try demand(row.issues.allSatisfy { $0.line == row.line }, "row \(row.line) has issues of other rows")
      guard !row.isFailed else { continue }
      guard let attributes = row.attributes, row.gtin != nil else { throw TrialFailure("row \(row.line) has nothing") }
      try check(json: attributes)
    }
    for merged in RowMerger.merge(batch) {
      try check(json: merged.attributes)
      _ = try? Attributes.empty.merging(JSONDocument(merged.attributes).root)
    }
  }

  private static func check(json: [UInt8]) throws {
    do {
      let document = try JSONDocument(json)
      try demand(document.root.kind == .object, "no object: \(String(decoding: json, as: UTF8.self))")
    } catch let error as JSONError {
      throw TrialFailure("\(error): \(String(decoding: json, as: UTF8.self))")
    }
  }

  /// What is promised of the whole.
  func check() throws {
    try demand(rows.count == scannedRows, "\(scannedRows) rows were scanned, \(rows.count) read")
    let failed = rows.count { $0.attributes == nil }
    try demand(failed == scannedFailures, "\(scannedFailures) rows failed in the scan, \(failed) when they were read")
    for (kind, code) in [
      (RowFlag.Kind.repeated, "duplicate_row"), (.contradicted, "duplicate_conflict"), (.overlapping, "window_overlap"),
    ] {
      let issues = rows.reduce(0) { $0 + $1.issues.count { $0.code == code } }
      try demand(issues == flags[kind] ?? 0, "\(flags[kind] ?? 0) flags, \(issues) issues \(code)")
    }
    var line = 0
    for (place, row) in rows.enumerated() {
      try demand(row.index == place, "row \(place) has the index \(row.index)")
      try demand(row.line > line, "row \(row.line) follows row \(line)")
      line = row.line
    }
    for note in notes {
      try demand(note.count > 0 && !note.examples.isEmpty, "a note of nothing: \(note)")
    }
  }
}

/// A file in pieces of one size.
struct Pieces: Sequence, IteratorProtocol {
  private let file: [UInt8]
  private let size: Int
  private var start = 0

  init(_ file: [UInt8], _ size: Int) {
    self.file = file
    self.size = size
  }

  mutating func next() -> [UInt8]? {
    guard start < file.count else { return nil }
    let end = Swift.min(file.count, start + size)
    defer { start = end }
    return Array(file[start..<end])
  }
}

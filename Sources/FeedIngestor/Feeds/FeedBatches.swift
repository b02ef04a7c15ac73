internal import SpecParser

/// A stored file's rows, in batches. Holds a batch and what one chunk gave.
struct FeedBatches {
  private var file: StoredFile
  private var reading: FeedReading
  private let size: Int
  private let bytes: Int
  private var pending = RowBatch()
  private var isFileRead = false
  private var isRead = false
  /// Why the file cannot be read on: the rows before that place are good.
  private(set) var failure: FeedParserError?

  /// - Parameters:
  ///   - size: rows of a batch, at most.
  ///   - bytes: of a batch's text, at most; a single row may have more.
  ///   - firstRow: the index of the first row that is wanted.
  init(
    _ file: StoredFile, spec: Spec, scan: ScanResult, limits: GridLimits, firstRow: Int64, size: Int, bytes: Int
  ) {
    self.file = file
    self.size = size
    self.bytes = bytes
    reading = FeedReading(spec: spec, scan: scan, firstRow: Int(firstRow), limits: limits)
  }

  /// Whether no batch follows.
  var isAtEnd: Bool { isRead && pending.isEmpty }

  /// What was understood in a way worth telling, over all rows so far.
  var notes: [FeedNote] { reading.notes }

  /// The next rows; fewer than a batch at the end, or where the file breaks.
  /// - Throws: a `FeedParserError` that is the system's fault, `ScratchFileError`, `CancellationError`, what reading the
  ///   file throws.
  mutating func next() async throws -> RowBatch {
    while true {
      if let rows = pending.firstRows(atMost: size, textBytes: bytes) { return pending.takeFirst(rows) }
      if isRead { return pending.takeFirst(pending.count) }
      try await readMore()
    }
  }

  private mutating func readMore() async throws {
    // Rows before the first one that is wanted are many steps, in which nothing else is waited for.
    try Task.checkCancellation()
    do {
      if !isFileRead, let piece = try await file.next() { return try reading.feed(piece, into: &pending) }
      isFileRead = true
      isRead = try !reading.finish(into: &pending)
    } catch let error as FeedParserError where !error.isSystemFault {
      isRead = true
      failure = error
    }
  }
}

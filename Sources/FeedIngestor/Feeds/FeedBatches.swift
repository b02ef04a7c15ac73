internal import SpecParser

/// A stored file's rows, in batches. Holds a batch and what one chunk gave.
struct FeedBatches {
  private var file: StoredFile
  private var reading: FeedReading
  private let size: Int
  private var pending = RowBatch()
  private var isFileRead = false
  private var isRead = false
  /// Why the file cannot be read on: the rows before that place are good.
  private(set) var failure: FeedParserError?

  /// - Parameters:
  ///   - size: rows of a batch.
  ///   - firstRow: the index of the first row that is wanted.
  init(_ file: StoredFile, spec: Spec, scan: ScanResult, limits: GridLimits, firstRow: Int64, size: Int) {
    self.file = file
    self.size = size
    reading = FeedReading(spec: spec, scan: scan, firstRow: Int(firstRow), limits: limits)
  }

  /// Whether no batch follows.
  var isAtEnd: Bool { isRead && pending.isEmpty }

  /// What was understood in a way worth telling, over all rows so far.
  var notes: [FeedNote] { reading.notes }

  /// The next rows; fewer than a batch at the end, or where the file breaks.
  /// - Throws: a `FeedParserError` that is the system's fault, `ScratchFileError`, what reading the file throws.
  mutating func next() async throws -> RowBatch {
    while pending.count < size, !isRead { try await readMore() }
    return pending.takeFirst(size)
  }

  private mutating func readMore() async throws {
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

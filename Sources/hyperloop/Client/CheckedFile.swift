internal import ScratchFiles
internal import SpecParser

/// A merchant's file with what the check says of each row beside it. The file is read twice at once: for what is to be
/// said, and for the rows themselves.
struct CheckedFile {
  private let pieces: FilePieces
  private let reading: FeedReading
  private var errors: ErrorFile

  /// - Parameter reading: from the file's first byte.
  init(_ pieces: FilePieces, _ reading: FeedReading, _ errors: ErrorFile) {
    self.pieces = pieces
    self.reading = reading
    self.errors = errors
  }

  /// - Parameter progress: is told how many rows were read.
  mutating func write(_ output: ([UInt8]) throws -> Void, progress: (Int) -> Void) throws {
    var outcomes = CheckedRows(try pieces.walk(), reading)
    func pass() throws {
      guard let lines = errors.waiting else { return }
      let bytes = try errors.write(try outcomes.outcomes(of: lines))
      if !bytes.isEmpty { try output(bytes) }
      progress(outcomes.count)
    }
    do {
      try pieces.forEach { piece in
        try errors.read(piece)
        try pass()
      }
      while try errors.finish() { try pass() }
    } catch let error as FeedParserError where !error.isSystemFault {
      // The rows before the place where the file breaks are written; the report tells of the place.
    }
    try pass()
    guard let workbook = try errors.end() else { return }
    var offset = 0
    while offset < workbook.count {
      let piece = try workbook.read(at: offset, atMost: 256 * 1024)
      guard !piece.isEmpty else { break }
      offset += piece.count
      try output(piece)
    }
  }
}

/// What became of a file's rows, read as they are asked for.
private struct CheckedRows {
  private let walk: FilePieces.Walk
  private var reading: FeedReading
  private var batch = RowBatch()
  private var known: [Int: RowOutcome] = [:]
  private var reached = 0
  private var hasEnded = false
  private(set) var count = 0

  init(_ walk: FilePieces.Walk, _ reading: FeedReading) {
    self.walk = walk
    self.reading = reading
  }

  /// Of the rows between these. Ask in rising order.
  mutating func outcomes(of lines: ClosedRange<Int>) throws -> [Int: RowOutcome] {
    known = known.filter { $0.key >= lines.lowerBound }
    while reached < lines.upperBound, !hasEnded { try load() }
    return known
  }

  private mutating func load() throws {
    do {
      if let piece = try walk.next() {
        try reading.feed(piece, into: &batch)
      } else {
        hasEnded = try !reading.finish(into: &batch)
      }
    } catch let error as FeedParserError where !error.isSystemFault {
      hasEnded = true
    }
    for row in batch {
      known[row.line] = RowOutcome(row)
      reached = row.line
    }
    count += batch.count
    batch.removeAll()
  }
}

extension RowOutcome {
  fileprivate init(_ row: ParsedRow) {
    self.init(
      status: row.isFailed ? "DATA_ERROR" : "SUCCESS", isFailed: row.isFailed,
      issues: row.issues.map {
        Issue(severity: $0.severity, code: $0.code, column: $0.column, description: $0.description, hint: $0.hint)
      })
  }
}

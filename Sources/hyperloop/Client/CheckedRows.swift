internal import SpecParser

/// What became of a file's rows, read as they are asked for.
struct CheckedRows {
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

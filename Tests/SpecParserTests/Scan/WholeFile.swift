import SpecParser

/// A grid's rows and notes as the service reads them: after what the whole file says, in pieces of `size` bytes.
func readWhole(
  _ grid: [UInt8], spec: Spec, size: Int = 100, limits: GridLimits = GridLimits(sniffedBytes: 512)
) throws -> (rows: RowBatch, notes: [FeedNote], scan: ScanResult) {
  let (rows, notes, scan, error) = try readUpToError(grid, spec: spec, size: size, limits: limits)
  if let error { throw error }
  return (rows, notes, scan)
}

/// The same, with what makes the file unreadable behind its last row.
func readUpToError(
  _ grid: [UInt8], spec: Spec, size: Int, limits: GridLimits = GridLimits(sniffedBytes: 512)
) throws -> (rows: RowBatch, notes: [FeedNote], scan: ScanResult, error: FeedParserError?) {
  var limits = limits
  limits.spill.memory = 1
  var scan = FeedScan(spec: spec, limits: limits)
  do {
    while scan.needsPass {
      for piece in pieces(grid, size) { try scan.feed(chunk: piece) }
      while try scan.finish() {}
    }
  } catch is FeedParserError {
    // The reading tells it.
  }
  let result = try scan.result()
  var reading = FeedReading(spec: spec, scan: result, limits: limits)
  var rows = RowBatch()
  var failure: FeedParserError?
  do {
    for piece in pieces(grid, size) { try reading.feed(piece, into: &rows) }
    while try reading.finish(into: &rows) {}
  } catch let error as FeedParserError {
    failure = error
  }
  return (rows, reading.notes, result, failure)
}

/// Bytes in runs of `size`.
func pieces(_ grid: [UInt8], _ size: Int) -> some Sequence<[UInt8]> {
  stride(from: 0, to: grid.count, by: size).lazy.map { Array(grid[$0..<min($0 + size, grid.count)]) }
}

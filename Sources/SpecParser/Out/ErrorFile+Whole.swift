internal import ScratchFiles

extension ErrorFile {
  /// Writes all rows, of a workbook into a file of its own: end it then.
  /// - Parameters:
  ///   - piece: the next bytes of the merchant's file, from its first; nil at its end.
  ///   - outcomes: what became of the rows between these, by row number. Asked for in rising order.
  public mutating func writeRows(
    of piece: () async throws -> [UInt8]?, _ outcomes: (ClosedRange<Int>) async throws -> [Int: RowOutcome],
    to output: ([UInt8]) async throws -> Void
  ) async throws {
    do {
      while let piece = try await piece() {
        try read(piece)
        try await writeWaiting(outcomes, output)
      }
      while try finish() { try await writeWaiting(outcomes, output) }
    } catch let error as FeedParserError where !error.isSystemFault {
      // The rows before the place where the file breaks are written; what is told of the file names the place.
    }
    try await writeWaiting(outcomes, output)
  }

  /// Ends the file, and writes it where it comes as a whole.
  public mutating func writeEnd(to output: ([UInt8]) async throws -> Void) async throws {
    guard let workbook = try end() else { return }
    var offset = 0
    while offset < workbook.count {
      let piece = try workbook.read(at: offset, atMost: 64 * 1024)
      offset += piece.count
      try await output(piece)
    }
  }

  private mutating func writeWaiting(
    _ outcomes: (ClosedRange<Int>) async throws -> [Int: RowOutcome], _ output: ([UInt8]) async throws -> Void
  ) async throws {
    guard let lines = waiting else { return }
    let bytes = try write(try await outcomes(lines))
    if !bytes.isEmpty { try await output(bytes) }
  }
}

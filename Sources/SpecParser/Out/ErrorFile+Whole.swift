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
    var failure: FeedParserError?
    do {
      while let piece = try await piece() {
        try read(piece)
        try await writeWaiting(outcomes, output)
      }
      while try finish() { try await writeWaiting(outcomes, output) }
    } catch let error as FeedParserError where !error.isSystemFault {
      failure = error
    }
    // Also those before the place where the file breaks.
    try await writeWaiting(outcomes, output)
    if let failure { try await hand(out: try write(failure), output) }
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
    try await hand(out: try write(try await outcomes(lines)), output)
  }

  private func hand(out bytes: [UInt8], _ output: ([UInt8]) async throws -> Void) async throws {
    if !bytes.isEmpty { try await output(bytes) }
  }
}

/// Turns a file's bytes, as they come, into rows.
public protocol GridReader: Sendable {
  /// What was understood so far in a way worth telling.
  var notes: [FeedNote] { get }

  /// Whether cells are divided by characters that a value may have, too: one too many moves all that stands behind it.
  var cellsMayShift: Bool { get }

  /// Columns, from 0, that the grid has and does not show.
  var hiddenColumns: [ClosedRange<Int>] { get }

  /// What is wrong with a file of which no row holds anything.
  var emptyProblem: FeedParserError { get }

  /// Takes the next bytes and appends the rows that they complete.
  mutating func read(_ chunk: [UInt8], into rows: inout GridRows) throws(FeedParserError)

  /// After the last byte: appends the next rows that are left, a bounded number of them.
  /// - Returns: whether there may be more; call again then.
  mutating func finish(into rows: inout GridRows) throws(FeedParserError) -> Bool
}

public import ScratchFiles

/// Finds the rows of a file that clash: repeats, contradictions, and windows with days in common.
///
/// Rows with an error of their own are not added: they are not applied, and hold up no other.
public struct DuplicateFinder: Sendable {
  private let options: SpillOptions
  private var sorter: RecordSorter<RowFacts>

  public init(_ options: SpillOptions = SpillOptions()) {
    self.options = options
    sorter = RecordSorter(options)
  }

  public mutating func add(_ facts: RowFacts) throws(ScratchFileError) { try sorter.append(facts) }

  /// The flags of the rows that were added.
  public consuming func finish() throws(ScratchFileError) -> RowFlags {
    let rows = try sorter.sorted()
    // Whether a repeat may be left out depends on whether the row that it repeats stands in the end.
    let fates = try EntryFates(rows)
    var flagger = EntryFlagger(fates, RecordSorter(options))
    var walk = try rows.walk()
    while let row = try walk.next() { try flagger.take(row) }
    return try flagger.finish()
  }
}

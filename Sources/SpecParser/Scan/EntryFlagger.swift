internal import ScratchFiles

/// Flags the rows that clash, in a second walk, when the groups' fates are known. Holds a few rows, however many share
/// an entry.
struct EntryFlagger {
  private let fates: EntryFates
  private var flags: RecordSorter<RowFlag>
  private var counts: [RowFlag.Kind: Int] = [:]
  private var items = 0
  /// The last item that was counted.
  private var counted: UInt64?
  private var entry = EntryWalk()
  /// A window that clashes with a later one that has not come yet.
  private var unnamed: RowFacts?
  /// In a contradicted group, the first row that says something else than the group's first.
  private var other: RowFacts?

  init(_ fates: EntryFates, _ flags: RecordSorter<RowFlag>) {
    self.fates = fates
    self.flags = flags
  }

  mutating func take(_ facts: RowFacts) throws(ScratchFileError) {
    let begins = entry.begins(with: facts)
    entry.take(facts)
    let kind = fates.kind(ofGroup: entry.group)
    if kind == .repeated, counted != facts.item {
      counted = facts.item
      items += 1
    }
    if begins {
      try begin(facts, kind)
    } else if let first = entry.first {
      try follow(facts, first, kind)
    }
  }

  consuming func finish() throws(ScratchFileError) -> RowFlags {
    try RowFlags(try flags.sorted(), counts: counts, items: items)
  }

  private mutating func begin(_ facts: RowFacts, _ kind: RowFlag.Kind) throws(ScratchFileError) {
    other = nil
    guard kind == .overlapping else { return }
    guard entry.isOverlapping, let reach = entry.reach else {
      // Nothing before it: the window that it clashes with comes later.
      unnamed = facts
      return
    }
    try flag(facts, .overlapping, by: reach.facts)
    if let late = unnamed {
      try flag(late, .overlapping, by: facts)
      unnamed = nil
    }
  }

  private mutating func follow(
    _ facts: RowFacts, _ first: RowFacts, _ kind: RowFlag.Kind
  ) throws(ScratchFileError) {
    if kind == .contradicted, other == nil, facts.content != first.content {
      other = facts
      try flag(first, .contradicted, by: facts)
    }
    // Named is a row that says something else, where one is known, so that the sender sees what to choose between.
    try flag(facts, kind, by: facts.content == first.content ? other ?? first : first)
  }

  private mutating func flag(
    _ facts: RowFacts, _ kind: RowFlag.Kind, by other: RowFacts
  ) throws(ScratchFileError) {
    try flags.append(RowFlag(row: facts.row, otherLine: other.line, kind: kind))
    counts[kind, default: 0] += 1
  }
}

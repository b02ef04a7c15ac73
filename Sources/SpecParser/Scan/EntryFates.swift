internal import ScratchFiles

/// What becomes of the rows of an entry that begin on the same day: known only when all of the entry's rows were seen.
struct EntryFates {
  private var contradicted = BitSet()
  private var overlapping = BitSet()

  init(_ rows: SortedRecords<RowFacts>) throws(ScratchFileError) {
    var walk = try rows.walk()
    var entry = EntryWalk()
    while let facts = try walk.next() {
      if entry.begins(with: facts) { judge(entry) }
      entry.take(facts)
    }
    judge(entry)
  }

  private mutating func judge(_ entry: EntryWalk) {
    if entry.isContradicted {
      contradicted.insert(entry.group)
    } else if entry.isOverlapping, let reach = entry.reach {
      overlapping.insert(entry.group)
      overlapping.insert(reach.group)
    }
  }

  /// What a group's rows are; `repeated` goes for all but its first.
  func kind(ofGroup group: Int) -> RowFlag.Kind {
    contradicted.contains(group) ? .contradicted : overlapping.contains(group) ? .overlapping : .repeated
  }
}

/// Where a walk through sorted rows stands. Rows of one entry that begin on the same day are a group.
struct EntryWalk {
  /// From 0; -1 before the first row.
  private(set) var group = -1
  /// The group's first row.
  private(set) var first: RowFacts?
  /// Whether rows of the group differ in what they say.
  private(set) var isContradicted = false
  /// The entry's window that ends last, of those that began before the group and are not contradicted; and its group.
  private(set) var reach: (facts: RowFacts, group: Int)?

  /// Whether the row would begin a group.
  func begins(with facts: RowFacts) -> Bool {
    guard let first else { return true }
    return !first.isSameEntry(as: facts) || first.start != facts.start
  }

  mutating func take(_ facts: RowFacts) {
    guard begins(with: facts) else {
      if facts.content != first?.content { isContradicted = true }
      return
    }
    if let first {
      if !first.isSameEntry(as: facts) {
        reach = nil
      } else if !isContradicted, reach.map({ first.end > $0.facts.end }) ?? true {
        reach = (first, group)
      }
    }
    first = facts
    group += 1
    isContradicted = false
  }

  /// Whether the group's window has days in common with one that began before it.
  var isOverlapping: Bool {
    guard let first, let reach else { return false }
    return first.start <= reach.facts.end
  }
}

/// A set of small numbers, a bit each.
struct BitSet {
  private var words: [UInt64] = []

  mutating func insert(_ number: Int) {
    let word = number >> 6
    if word >= words.count { words += Array(repeating: 0, count: word + 1 - words.count) }
    words[word] |= 1 << UInt64(number & 63)
  }

  func contains(_ number: Int) -> Bool {
    let word = number >> 6
    return word < words.count && words[word] & (1 << UInt64(number & 63)) != 0
  }
}

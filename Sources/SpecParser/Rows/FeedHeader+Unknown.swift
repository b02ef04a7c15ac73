internal import Spelling

extension FeedHeader {
  /// Columns that are told by name; the others are counted.
  private static let maxNamed = 100
  /// Columns whose names are compared with those that are missing, which takes time.
  private static let maxCompared = 1_000

  /// A note for each column that the spec does not know; those first, as warnings, whose name is nearly that of one that
  /// is missing.
  func unknownColumns(of spec: Spec) -> [FeedNote] {
    let missing = zip(spec.columns, cells).filter { $1 == nil }.flatMap { [$0.0.name] + $0.0.synonyms }
    var (near, others) = ([FeedNote](), [FeedNote]())
    // A file that comes back with what was said of its rows is read as if that were not there.
    for name in ignored where !OutcomeColumns.keys.contains(FeedHeader.key(name)) {
      let isCompared = near.count < FeedHeader.maxNamed && near.count + others.count < FeedHeader.maxCompared
      if isCompared, let meant = Spelling.closest(to: name, in: missing) {
        near.append(note(name, " Did you mean “\(meant)”?", .warning))
      } else {
        others.append(note(name, "", .note))
      }
    }
    let all = near + others
    guard all.count > FeedHeader.maxNamed else { return all }
    let rest = all.count - FeedHeader.maxNamed
    return all.prefix(FeedHeader.maxNamed) + [note("", "", .note, count: rest)]
  }

  private func note(_ name: String, _ hint: String, _ severity: IssueSeverity, count: Int = 1) -> FeedNote {
    FeedNote(
      code: "unknown_column", column: name, field: "", description: "The column is not known; it was not read.\(hint)",
      count: count, examples: name.isEmpty ? [] : [FeedNote.Example(line: line, value: name)], severity: severity)
  }
}

extension RowBatch {
  /// How many of the first rows are enough at once: at most `rows`, with at most so many bytes of text together, but
  /// at least one. It depends on the rows alone, however they came.
  /// - Returns: nil when a row that is yet to come may belong to them.
  public func firstRows(atMost rows: Int, textBytes: Int) -> Int? {
    guard count >= rows || text.count > textBytes else { return nil }
    let whole = records.prefix(rows).prefix { $0.textEnd <= textBytes }.count
    return Swift.max(whole, 1)
  }

  /// Takes the first rows out of the batch.
  public mutating func takeFirst(_ rows: Int) -> RowBatch {
    var first = self
    if rows >= count {
      removeAll()
      return first
    }
    first.truncate(to: rows)
    removeFirst(rows)
    return first
  }

  private mutating func truncate(to rows: Int) {
    guard let layout, rows < count else { return }
    issues.removeLast(issues.count - records[rows].firstIssue)
    values.removeLast(values.count - rows * layout.columns)
    records.removeLast(count - rows)
  }

  private mutating func removeFirst(_ rows: Int) {
    guard let layout, rows > 0, rows < count else { return }
    let (text, issue) = (records[rows].submitted, records[rows].firstIssue)
    records.removeFirst(rows)
    values.removeFirst(rows * layout.columns)
    issues.removeFirst(issue)
    self.text.removeFirst(text)
    for place in records.indices { records[place] = records[place].moved(text: text, issues: issue) }
    for place in values.indices where values[place].hasText { values[place].bits -= Int64(text) }
  }
}

extension RowBatch.Record {
  fileprivate func moved(text: Int, issues: Int) -> Self {
    Self(
      index: index, line: line, gtin: gtin, submitted: submitted - text, submittedCount: submittedCount,
      textEnd: textEnd - text, firstIssue: firstIssue - issues, issueEnd: issueEnd - issues, isFailed: isFailed)
  }
}

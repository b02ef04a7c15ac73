public import ScratchFiles

extension RowBatch {
  /// Adds what the whole file says of the rows from the place `first` on.
  public mutating func add(_ flags: inout RowFlags, from first: Int, spec: Spec) throws(ScratchFileError) {
    var found: [(place: Int, issue: RowIssue)] = []
    for place in first..<count {
      if let flag = try flags.flag(ofRow: UInt32(truncatingIfNeeded: records[place].index)) {
        found.append((place, RowIssue(flag, line: records[place].line, spec: spec)))
      }
    }
    append(found)
  }

  /// Fails the rows from the place `first` on that have no error of their own.
  mutating func rejectAll(from first: Int) {
    append(
      (first..<count).filter { !records[$0].isFailed }.map { ($0, .notAlone(line: records[$0].line)) })
  }

  /// Appends issues to rows, in the rows' order.
  private mutating func append(_ found: [(place: Int, issue: RowIssue)]) {
    guard let start = found.first?.place else { return }
    var all = Array(issues[..<records[start].firstIssue])
    var next = 0
    for place in start..<count {
      let record = records[place]
      let firstIssue = all.count
      all += issues[record.issues]
      var isFailed = record.isFailed
      while next < found.count, found[next].place == place {
        all.append(found[next].issue)
        isFailed = isFailed || found[next].issue.severity == .error
        next += 1
      }
      records[place] = record.with(issues: firstIssue..<all.count, isFailed: isFailed)
    }
    issues = all
  }
}

extension RowBatch.Record {
  fileprivate func with(issues: Range<Int>, isFailed: Bool) -> Self {
    Self(
      index: index, line: line, gtin: gtin, submitted: submitted, submittedCount: submittedCount, textEnd: textEnd,
      firstIssue: issues.lowerBound, issueEnd: issues.upperBound, isFailed: isFailed)
  }
}

extension RowIssue {
  fileprivate init(_ flag: RowFlag, line: Int, spec: Spec) {
    let entry = spec.list.map { "\($0)" } ?? ""
    let row = "row \(flag.otherLine)"
    switch flag.kind {
    case .repeated:
      self.init(
        severity: .note, code: "duplicate_row", line: line, column: "", field: entry, value: "",
        description: "This row says the same as \(row).", hint: "One of them is enough.")
    case .contradicted:
      self.init(
        severity: .error, code: "duplicate_conflict", line: line, column: "", field: entry, value: "",
        description: "Rows for the same \(spec.entryName) say different things; see \(row).",
        hint: "Keep the one that is right.")
    case .overlapping:
      self.init(
        severity: .error, code: "window_overlap", line: line, column: "", field: entry, value: "",
        description: "The row's dates have days in common with those of \(row).",
        hint: "End one before the other begins; both days are inclusive.")
    }
  }

  /// What a row fails for that has no error of its own, in a file of which all rows count or none.
  public static func notAlone(line: Int) -> RowIssue {
    RowIssue(
      severity: .error, code: "all_or_nothing", line: line, column: "", field: "", value: "",
      description: "Nothing is wrong with this row, but other rows fail, and all or nothing was asked for.",
      hint: "Correct the other rows and send the file again.")
  }
}

extension Spec {
  /// What rows of an item are told apart by, in words.
  fileprivate var entryName: String {
    let names = columns.indices.filter { keyColumns.contains($0) || $0 == window?.start }.map { columns[$0].name }
    return (["item"] + names).joined(separator: ", ")
  }
}

/// What became of a row, as it is told in the merchant's own file.
public struct RowOutcome: Sendable, Equatable {
  /// `SUCCESS`, `DATA_ERROR`, …
  public let status: String
  public let isFailed: Bool
  /// In the order of the row's columns.
  public let issues: [Issue]

  public struct Issue: Sendable, Equatable {
    public let severity: IssueSeverity
    public let code: String
    /// The column, as the file's header has it; empty for the row as a whole.
    public let column: String
    public let description: String
    public let hint: String

    public init(severity: IssueSeverity, code: String, column: String, description: String, hint: String) {
      self.severity = severity
      self.code = code
      self.column = column
      self.description = description
      self.hint = hint
    }
  }

  public init(status: String, isFailed: Bool, issues: [Issue]) {
    self.status = status
    self.isFailed = isFailed
    self.issues = issues
  }
}

/// The columns that a merchant's file gets when it comes back. A file that is sent again with them is read as if they
/// were not there, and gets them anew.
enum OutcomeColumns {
  static let names = ["Hyperloop status", "Hyperloop issues", "Hyperloop hints"]
  static let keys = Set(names.map(FeedHeader.key))

  static func cells(_ outcome: RowOutcome?) -> [String] {
    guard let outcome else { return ["", "", ""] }
    let texts = outcome.issues.map { issue in
      let place = issue.column.isEmpty ? "" : "\(issue.column): "
      return "\(issue.severity.rawValue) \(issue.code): \(place)\(issue.description)"
    }
    let hints = outcome.issues.map(\.hint).filter { !$0.isEmpty }
    return [outcome.status, texts.joined(separator: "\n"), hints.joined(separator: "\n")]
  }
}

/// How much a row's issue weighs.
public enum IssueSeverity: String, Sendable, CaseIterable {
  /// The row is not applied.
  case error
  /// The row is applied; look at it.
  case warning
  /// Something that was understood in a way worth telling.
  case note
}

/// Something about one cell, or one row, that its sender should know.
public struct RowIssue: Sendable, Equatable {
  public let severity: IssueSeverity
  /// Stable, for programs: `invalid_money`, `gtin_check_digit`, …
  public let code: String
  /// The row's number as a spreadsheet shows it.
  public let line: Int
  /// The column, as the file's header has it; empty for the row as a whole.
  public let column: String
  /// The attribute: `cost.shipnodes.unitCost`.
  public let field: String
  /// The cell as submitted, cut to a readable length.
  public let value: String
  /// One plain sentence.
  public let description: String
  /// What to do about it.
  public let hint: String

  public init(
    severity: IssueSeverity, code: String, line: Int, column: String, field: String, value: String,
    description: String, hint: String
  ) {
    self.severity = severity
    self.code = code
    self.line = line
    self.column = column
    self.field = field
    self.value = value
    self.description = description
    self.hint = hint
  }
}

extension RowIssue {
  static func emptyRow(line: Int) -> RowIssue {
    RowIssue(
      severity: .warning, code: "empty_row", line: line, column: "", field: "", value: "",
      description: "The row holds nothing but its GTIN, so nothing is changed.", hint: "Fill in what is to be changed.")
  }

  /// - Parameter value: the last cell, of which something may be missing.
  static func cutRow(line: Int, value: String) -> RowIssue {
    RowIssue(
      severity: .error, code: "row_cut", line: line, column: "", field: "", value: value,
      description: "The file ends amid this row: the last cell and those behind it may be missing.",
      hint: "Send the whole file; if this is all of it, end the row with a line break.")
  }

  /// - Parameters:
  ///   - value: the first one behind the header's last column.
  ///   - mayHaveShifted: whether it may stand there because another cell was torn in two.
  static func extraCells(line: Int, value: String, mayHaveShifted: Bool) -> RowIssue {
    mayHaveShifted
      ? RowIssue(
        severity: .error, code: "extra_cells", line: line, column: "", field: "", value: value,
        description: "A value stands behind the header's last column: the row's cells may have shifted.",
        hint: "Put quotes around a cell with a separator in it, or name the column.")
      : RowIssue(
        severity: .warning, code: "extra_cells", line: line, column: "", field: "", value: value,
        description: "A value stands behind the header's last column; it was not read.",
        hint: "Name the column, or delete what stands behind the last one.")
  }
}

/// Why a file cannot be read as the grid that its spec describes. Nothing in it is at fault but the file itself: a row's
/// own mistakes are `RowIssue`s.
public struct FeedParserError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Stable, for programs: `not_a_grid`, `missing_columns`, …
  public let code: String
  /// One plain sentence.
  public let what: String
  /// What to do about it.
  public let hint: String
  /// The row, as a spreadsheet shows it, if one is to blame.
  public let line: Int?

  public init(code: String, what: String, hint: String, line: Int? = nil) {
    self.code = code
    self.what = what
    self.hint = hint
    self.line = line
  }

  /// Whether the bytes are no grid at all, rather than a grid with something missing.
  public var isNoGrid: Bool { code == "not_a_grid" || FeedParserError.otherFormats.contains(code) }

  /// What is wrong, with the row to look at.
  public var sentence: String { line.map { "Row \($0): \(what)" } ?? what }

  public var description: String { "\(code): \(sentence) \(hint)" }
}

extension FeedParserError {
  static let empty = FeedParserError(
    code: "empty_file", what: "The file is empty.", hint: "Send a grid with a header and at least one row.")

  static let noRows = FeedParserError(
    code: "no_rows", what: "There is no row beneath the header.", hint: "Add at least one row.")

  static func unknownSpec(_ name: String, known: [String]) -> FeedParserError {
    FeedParserError(
      code: "unknown_spec", what: "There is no spec “\(name)”.", hint: "Known are \(known.joined(separator: ", ")).")
  }

  static func retiredSpec(_ identifier: String, _ message: String) -> FeedParserError {
    FeedParserError(code: "spec_retired", what: "The spec \(identifier) is not used any more.", hint: message)
  }

  static func notAGrid(_ kind: String, hint: String = "Save the sheet as CSV (UTF-8) and send that.") -> Self {
    FeedParserError(code: "not_a_grid", what: "The file is \(kind), not a grid.", hint: hint)
  }

  static func noHeader(_ spec: Spec, rows: Int) -> FeedParserError {
    FeedParserError(
      code: "no_header", what: "None of the first \(rows) rows is the header.",
      hint: "The columns are \(spec.columns.map(\.name).joined(separator: ", ")).")
  }

  static func missingColumns(_ names: [String], line: Int) -> FeedParserError {
    FeedParserError(
      code: "missing_columns",
      what: "The header lacks \(names.count == 1 ? "the column" : "the columns") \(names.joined(separator: ", ")).",
      hint: "Add what is missing, spelled like this.", line: line)
  }

  static func noColumns(_ spec: Spec, line: Int) -> FeedParserError {
    FeedParserError(
      code: "no_columns", what: "The header has the GTIN, and no other column that is known.",
      hint: "The columns are \(spec.columns.map(\.name).joined(separator: ", ")).", line: line)
  }

  static func duplicateColumn(_ name: String, and other: String, line: Int) -> FeedParserError {
    FeedParserError(
      code: "duplicate_column", what: "The columns “\(name)” and “\(other)” mean the same.",
      hint: "Remove one of them.",
      line: line)
  }

  static func otherHeader(line: Int) -> FeedParserError {
    FeedParserError(
      code: "other_header", what: "This is a header again, with other columns than the first one, or in another order.",
      hint: "Send each table in a file of its own, or put their columns in one order.", line: line)
  }

  static func unterminatedQuote(line: Int) -> FeedParserError {
    FeedParserError(
      code: "unterminated_quote", what: "A quoted cell of this row never ends.",
      hint: #"Close the quote; a quote inside a cell is written twice ("")."#, line: line)
  }

  /// - Parameter hasQuotes: whether quotes enclose cells, so that one that is not closed may have taken in others.
  static func cellTooLarge(line: Int, limit: Int, hasQuotes: Bool) -> FeedParserError {
    FeedParserError(
      code: "cell_too_large", what: "A cell has more than \(limit) bytes.", hint: shorten(hasQuotes), line: line)
  }

  static func rowTooLarge(line: Int, limit: Int, hasQuotes: Bool) -> FeedParserError {
    FeedParserError(
      code: "row_too_large", what: "The row has more than \(limit) bytes.", hint: shorten(hasQuotes), line: line)
  }

  private static func shorten(_ hasQuotes: Bool) -> String {
    hasQuotes ? "Shorten it, or look for a quote that is not closed." : "Shorten it."
  }

  static func tooManyColumns(line: Int, limit: Int) -> FeedParserError {
    FeedParserError(
      code: "too_many_columns", what: "The row has more than \(limit) cells.", hint: "Delete the columns on the right.",
      line: line)
  }
}

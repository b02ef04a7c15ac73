public import ItemModel

/// A data row of a grid.
public struct ParsedRow: Sendable {
  /// From 0, among the data rows: blank rows and what stands above them do not count.
  public let index: Int
  /// The row's number as a spreadsheet shows it.
  public let line: Int
  /// As submitted, white space aside.
  public let submittedGTIN: String
  /// Nil when the submitted one is unreadable.
  public let gtin: GTIN?
  /// The change of the item, `{"cost":{"shipnodes":[{…}]}}`; nil when the row has an error.
  public let attributes: [UInt8]?
  /// All of the row's issues, in the order of its columns.
  public let issues: [RowIssue]

  public init(
    index: Int, line: Int, submittedGTIN: String, gtin: GTIN?, attributes: [UInt8]?, issues: [RowIssue]
  ) {
    self.index = index
    self.line = line
    self.submittedGTIN = submittedGTIN
    self.gtin = gtin
    self.attributes = attributes
    self.issues = issues
  }
}

internal import ItemModel
internal import JSONCodec
internal import SpecParser

/// A row of a feed as it is kept: where it stands, which item it names, and what is wrong with it.
struct FeedRow {
  /// From 0, among the data rows.
  let index: Int64
  /// As the spreadsheet shows it.
  let line: Int64
  let gtin: GTIN?
  /// The GTIN's digits as submitted; the cell where it cannot be read.
  let text: String
  var isFailed: Bool
  var issues: [FeedIssue]

  mutating func add(_ issue: FeedIssue) {
    issues.append(issue)
    if issue.severity == "ERROR" { isFailed = true }
  }
}

extension FeedRow {
  init(_ row: ParsedRow) {
    self.init(
      index: Int64(row.index), line: Int64(row.line), gtin: row.gtin, text: row.submittedGTIN, isFailed: row.isFailed,
      issues: row.issues.map { FeedIssue($0) })
  }
}

/// What is wrong, or worth knowing, about a row.
struct FeedIssue: Equatable {
  /// `ERROR`, `WARNING` or `NOTE`.
  let severity: String
  let code: String
  /// The column's name, or the attribute's path where there is no column.
  let field: String
  let value: String
  let description: String
  let hint: String

  init(severity: String, code: String, field: String, value: String, description: String, hint: String) {
    self.severity = severity
    self.code = code
    self.field = field
    self.value = value
    self.description = description
    self.hint = hint
  }

  init(_ error: DataError, severity: String) {
    self.init(
      severity: severity, code: error.code, field: error.field, value: error.value, description: error.description,
      hint: error.hint)
  }

  init(_ issue: RowIssue) {
    self.init(
      severity: issue.severity.rawValue.uppercased(), code: issue.code, field: issue.column, value: issue.value,
      description: issue.description, hint: issue.hint)
  }

  func append(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.field("type", severity)
    writer.field("code", code)
    writer.field("field", field)
    writer.field("value", value)
    writer.field("description", description)
    writer.field("hint", hint)
    writer.endObject()
  }

  /// A JSON array, as rows keep it and pages show it.
  static func encode(_ issues: [FeedIssue]) -> [UInt8] {
    var writer = JSONWriter()
    writer.beginArray()
    for issue in issues { issue.append(to: &writer) }
    writer.endArray()
    return writer.bytes
  }
}

public import ItemModel

/// A data row of a grid: a view of its place in a batch.
public struct ParsedRow: Sendable {
  let batch: RowBatch
  let record: RowBatch.Record
  let place: Int

  /// From 0, among the data rows: blank rows and what stands above them do not count.
  public var index: Int { record.index }
  /// The row's number as a spreadsheet shows it.
  public var line: Int { record.line }
  /// Whether an error keeps the row from being applied.
  public var isFailed: Bool { record.isFailed }
  /// The digits as submitted, zeros in front included, without what stood around and between them; the cell where it
  /// cannot be read.
  public var submittedGTIN: String {
    batch.text[record.submitted..<(record.submitted + record.submittedCount)].text
  }
  /// Nil when the submitted one is unreadable.
  public var gtin: GTIN? { record.gtin == RowBatch.Record.noGTIN ? nil : GTIN(number: record.gtin) }
  /// All of the row's issues, in the order of its columns.
  public var issues: ArraySlice<RowIssue> { batch.issues[record.issues] }
  /// The change of the item, `{"cost":{"shipnodes":[{…}]}}`; nil when the row has an error.
  public var attributes: [UInt8]? { isFailed ? nil : batch.attributes(of: CollectionOfOne(place)) }
}

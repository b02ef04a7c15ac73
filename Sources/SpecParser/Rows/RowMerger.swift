public import ItemModel

/// One item's rows as one change.
public struct MergedRows: Sendable {
  public let gtin: GTIN
  /// As the first of the rows has it.
  public let submittedGTIN: String
  /// The change of the item: lists joined in the order of the rows; of other attributes the last row's value.
  public let attributes: [UInt8]
  /// The rows' places in what was merged.
  public let rows: [Int]
}

/// Gathers the rows of one item.
public enum RowMerger {
  /// One change for each item, in the order of the items' first rows; rows with an error are left out.
  public static func merge(_ batch: RowBatch) -> [MergedRows] {
    var places: [UInt64: Int] = [:]
    var items: [[Int]] = []
    places.reserveCapacity(batch.count)
    for place in batch.indices where !batch.records[place].isFailed {
      let number = batch.records[place].gtin
      if let item = places[number] {
        items[item].append(place)
      } else {
        places[number] = items.count
        items.append([place])
      }
    }
    return items.compactMap { rows in
      let first = batch[rows[0]]
      guard let gtin = first.gtin else { return nil }
      return MergedRows(
        gtin: gtin, submittedGTIN: first.submittedGTIN, attributes: batch.attributes(of: rows), rows: rows)
    }
  }
}

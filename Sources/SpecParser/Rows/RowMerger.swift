public import ItemModel
internal import JSONCodec

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
  public static func merge(_ rows: [ParsedRow]) -> [MergedRows] {
    var places: [GTIN: Int] = [:]
    var items: [[Int]] = []
    for (index, row) in rows.enumerated() {
      guard let gtin = row.gtin, row.attributes != nil else { continue }
      if let place = places[gtin] {
        items[place].append(index)
      } else {
        places[gtin] = items.count
        items.append([index])
      }
    }
    return items.compactMap { indices in
      guard let gtin = rows[indices[0]].gtin else { return nil }
      return MergedRows(
        gtin: gtin, submittedGTIN: rows[indices[0]].submittedGTIN,
        attributes: join(indices.compactMap { rows[$0].attributes }), rows: indices)
    }
  }

  private static func join(_ changes: [[UInt8]]) -> [UInt8] {
    guard changes.count > 1 else { return changes.first ?? [] }
    // Rows are written by this module, so every one of them is JSON.
    let objects = changes.compactMap { try? JSONDocument($0).root }
    var writer = JSONWriter(capacity: changes.reduce(16) { $0 + $1.count })
    write(objects, to: &writer)
    return writer.bytes
  }

  private static func write(_ values: [JSONValue], to writer: inout JSONWriter) {
    guard let last = values.last else { return }
    switch last.kind {
    case .array:
      writer.beginArray()
      for value in values {
        for element in value.elements { writer.value(element) }
      }
      writer.endArray()
    case .object:
      writer.beginObject()
      var written: Set<String> = []
      for member in values.flatMap({ Array($0.members) }) where written.insert(member.name).inserted {
        writer.name(member.name)
        write(values.compactMap { $0[member.name] }, to: &writer)
      }
      writer.endObject()
    default: writer.value(last)
    }
  }
}

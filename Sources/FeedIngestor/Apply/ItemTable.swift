internal import ItemModel
internal import PostgresClient

/// Reads and writes items in batches: locked in key order, written by unnest.
enum ItemTable {
  /// Rows for keys that are not there yet: a row that does not exist cannot be locked.
  static func insertMissing(_ keys: [ItemKey]) -> PostgresCommand {
    (insertStatement, [merchants(keys), gtins(keys)])
  }

  /// Locks and reads the rows, in key order, the same in every process.
  static func lock(_ keys: [ItemKey]) -> PostgresCommand { (lockStatement, [merchants(keys), gtins(keys)]) }

  /// Reads the rows that are there, and leaves them to others.
  static func look(_ keys: [ItemKey]) -> PostgresCommand { (lookStatement, [merchants(keys), gtins(keys)]) }

  /// The items, and those whose row is damaged.
  /// - Throws: `StateCodingError.unknownFormat`: a newer program wrote the row, so this one has no business here.
  static func read(
    _ rows: PostgresResult, graph: SystemGraph
  ) throws -> (items: [ItemKey: ItemRow], damaged: Set<ItemKey>) {
    var items: [ItemKey: ItemRow] = [:]
    var damaged: Set<ItemKey> = []
    items.reserveCapacity(rows.count)
    for row in 0..<rows.count {
      guard let merchant = MerchantID(try rows.text(row, 0)), let gtin = GTIN(number: UInt64(try rows.int8(row, 1)))
      else { continue }
      let key = ItemKey(merchant: merchant, gtin: gtin)
      do {
        items[key] = try read(rows, row, graph: graph)
      } catch let error where error is PostgresError || error as? StateCodingError == .unknownFormat {
        throw error
      } catch {
        damaged.insert(key)
      }
    }
    return (items, damaged)
  }

  private static func read(_ rows: PostgresResult, _ row: Int, graph: SystemGraph) throws -> ItemRow {
    let version = try rows.int8(row, 2)
    let due = try rows.optionalTimestamptz(row, 4).map { Instant(microseconds: $0) }
    // Nothing has become part of it yet.
    guard version > 0 else { return ItemRow(state: nil, due: due) }
    let state = try ItemState(
      encoded: try rows.bytes(row, 6), version: version, timeline: Int32(try rows.int8(row, 3)),
      attributes: try Attributes(try rows.bytes(row, 5)), graph: graph)
    return ItemRow(state: state, due: due)
  }

  /// The keys in a result's first two columns.
  static func keys(_ rows: PostgresResult) throws -> [ItemKey] {
    try (0..<rows.count).compactMap { row in
      guard let merchant = MerchantID(try rows.text(row, 0)), let gtin = GTIN(number: UInt64(try rows.int8(row, 1)))
      else { return nil }
      return ItemKey(merchant: merchant, gtin: gtin)
    }
  }

  /// Writes rows; those whose attributes stayed send everything else only.
  static func write(_ items: [(key: ItemKey, row: ItemWrite)], graph: SystemGraph) -> [PostgresCommand] {
    var commands: [PostgresCommand] = []
    for withAttributes in [true, false] {
      let part = items.filter { $0.row.hasNewAttributes == withAttributes }
      guard !part.isEmpty else { continue }
      let keys = part.map(\.key)
      var parameters: [PostgresParameter] = [
        merchants(keys), gtins(keys), .int8Array(part.map(\.row.state.version)),
        .int4Array(part.map(\.row.state.timeline)),
        .timestamptzArray(part.map { $0.row.due?.microseconds }),
        .byteaArray(part.map { $0.row.state.encoded(graph) }),
      ]
      if withAttributes { parameters.append(.byteaArray(part.map { $0.row.state.attributes.bytes })) }
      commands.append((withAttributes ? updateStatement : updateStateStatement, parameters))
    }
    return commands
  }

  private static func merchants(_ keys: [ItemKey]) -> PostgresParameter { .textArray(keys.map(\.merchant.text)) }
  private static func gtins(_ keys: [ItemKey]) -> PostgresParameter { .int8Array(keys.map { Int64($0.gtin.number) }) }

  private static let insertStatement: PostgresStatement = """
    INSERT INTO item (merchant, gtin) SELECT * FROM unnest($1::text[], $2::int8[]) ON CONFLICT DO NOTHING
    """
  private static let lookText = """
    SELECT i.merchant, i.gtin, i.version, i.timeline::int8, i.due, i.attributes, i.state
    FROM unnest($1::text[], $2::int8[]) AS k(merchant, gtin)
    JOIN item i ON i.merchant = k.merchant AND i.gtin = k.gtin
    """
  private static let lookStatement = PostgresStatement(lookText)
  private static let lockStatement = PostgresStatement("\(lookText) ORDER BY i.merchant, i.gtin FOR UPDATE OF i")
  private static let updateStatement: PostgresStatement = """
    UPDATE item SET version = n.version, timeline = n.timeline, due = n.due, state = n.state, attributes = n.attributes
    FROM unnest($1::text[], $2::int8[], $3::int8[], $4::int4[], $5::timestamptz[], $6::bytea[], $7::bytea[])
      AS n(merchant, gtin, version, timeline, due, state, attributes)
    WHERE item.merchant = n.merchant AND item.gtin = n.gtin
    """
  private static let updateStateStatement: PostgresStatement = """
    UPDATE item SET version = n.version, timeline = n.timeline, due = n.due, state = n.state
    FROM unnest($1::text[], $2::int8[], $3::int8[], $4::int4[], $5::timestamptz[], $6::bytea[])
      AS n(merchant, gtin, version, timeline, due, state)
    WHERE item.merchant = n.merchant AND item.gtin = n.gtin
    """
}

/// An item as it was read; `state` is nil before its first change.
struct ItemRow {
  let state: ItemState?
  let due: Instant?
}

/// An item as it is to be written.
struct ItemWrite {
  let state: ItemState
  let due: Instant?
  let hasNewAttributes: Bool
}

public import ItemModel
internal import PostgresClient

extension Ingestor {
  /// Forgets what a system holds, and sends it again through the bulk lane: all items, one merchant's, or one.
  ///
  /// Each item takes a new version. What comes after the system in the graph follows only where its own snippet changes.
  /// - Parameter progress: called with the number of items so far.
  /// - Returns: the number of items.
  /// - Throws: `PostgresError`, `KafkaError` that do not pass; what was done until then stays done.
  public func resend(
    _ system: String, merchant: MerchantID? = nil, gtin: GTIN? = nil, progress: (Int) -> Void = { _ in }
  ) async throws -> Int {
    let backlog = LaneBacklog(.bulk, context: context)
    var count = 0
    var last: ItemKey?
    while true {
      try await context.retrying("looking at the lane's backlog") { try await backlog.waitForRoom() }
      let keys = try await context.retrying("reading items") { [last] in
        try await self.items(after: last, merchant: merchant, gtin: gtin)
      }
      guard let end = keys.last else { return count }
      var entries = keys.map { ApplyBatch.Entry(key: $0, event: .resend(system: system)) }
      while !entries.isEmpty {
        let batch = ApplyBatch(entries: entries)
        let report = try await context.retrying("applying a resend") {
          try await context.applier.apply(batch, slot: context.slotBase)
        }
        entries = try await context.relay.publish(report.messages)
      }
      count += keys.count
      last = end
      progress(count)
    }
  }

  private func items(after last: ItemKey?, merchant: MerchantID?, gtin: GTIN?) async throws -> [ItemKey] {
    try await context.pool.withConnection { connection in
      let rows = try await connection.execute(
        """
        SELECT merchant, gtin FROM item
        WHERE (merchant, gtin) > ($1, $2) AND ($3::text IS NULL OR merchant = $3) AND ($4::int8 IS NULL OR gtin = $4)
          AND version > 0 ORDER BY merchant, gtin LIMIT $5
        """, .text(last?.merchant.text ?? ""), .int8(last.map { Int64($0.gtin.number) } ?? -1),
        .text(merchant?.text), .int8(gtin.map { Int64($0.number) }), .int8(Int64(context.configuration.topicBatch)))
      return try ItemTable.keys(rows)
    }
  }
}

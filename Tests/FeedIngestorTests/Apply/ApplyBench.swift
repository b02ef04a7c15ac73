import Crypto
import ItemModel
import JSONCodec
import Migrations
import PostgresClient
import SystemsFile
import Telemetry
import TestKit

@testable import FeedIngestor

/// An applier on a fresh database.
struct ApplyBench {
  let applier: Applier
  let pool: PostgresPool

  static func run<Result>(
    limits: ItemLimits = ItemLimits(), _ body: (ApplyBench) async throws -> Result
  ) async throws -> Result {
    try await withDatabase { try await run(on: $0, limits: limits, body) }
  }

  static func run<Result>(
    on url: String, limits: ItemLimits = ItemLimits(), _ body: (ApplyBench) async throws -> Result
  ) async throws -> Result {
    try await withPool(Patience.postgres(url)) { pool in
      _ = try await Migrator(pool: pool, logger: .silent).apply()
      let graph = try SystemsFile.read(SystemsFile.reference, file: "systems.yaml", environment: [:]).graph
      let applier = Applier(pool: pool, machine: ItemMachine(graph: graph, limits: limits), cluster: "test")
      return try await body(ApplyBench(applier: applier, pool: pool))
    }
  }

  static func key(_ number: UInt64 = 62_145_556_123) throws -> ItemKey {
    ItemKey(
      merchant: try unwrap(MerchantID("acme")), gtin: try unwrap(GTIN(number: number)))
  }

  static func change(_ json: String, feed: ItemChange.FeedPart? = nil, lane: Lane = .setup) throws -> ItemEvent {
    .change(
      ItemChange(
        attributes: try JSONDocument(json).root, gtin: "062145556123", lane: lane, correlationID: "c", feed: feed))
  }

  static let cost = #"""
    {"cost":{"shipnodes":[{"shipnodeId":"1","unitCost":{"currencyAmount":39.88,"currencyUnit":"USD"}}]}}
    """#
  static func price(_ amount: String) -> String {
    #"{"pricing":{"price":{"currencyAmount":\#(amount),"currencyUnit":"USD"}}}"#
  }

  /// A batch of records `from`, `from + 1`, … of one partition.
  static func batch(
    _ events: [(ItemKey, ItemEvent)], from: Int64 = 0, topic: String = "item-setup", partition: Int32 = 0
  ) -> ApplyBatch {
    var batch = ApplyBatch()
    batch.advances = [
      PositionAdvance(topic: topic, partition: partition, from: from, next: from + Int64(events.count))
    ]
    batch.entries = events.enumerated().map { index, event in
      ApplyBatch.Entry(key: event.0, event: event.1, origin: .record(source: 0, offset: from + Int64(index)))
    }
    return batch
  }

  func place(_ topic: String = "item-setup", partition: Int32 = 0, next: Int64 = 0) async throws {
    try await pool.withConnection { connection in
      _ = try await connection.execute(
        "INSERT INTO position VALUES ('test', $1, $2, $3)", .text(topic), .int4(partition), .int8(next))
    }
  }

  func execute(_ sql: String) async throws {
    _ = try await pool.withConnection { try await $0.execute(PostgresStatement(sql)) }
  }

  func number(_ sql: String) async throws -> Int64 {
    try await pool.withConnection { try await $0.execute(PostgresStatement(sql)).int8(0, 0) }
  }

  func texts(_ sql: String) async throws -> [String] {
    try await pool.withConnection { connection in
      let rows = try await connection.execute(PostgresStatement(sql))
      return try (0..<rows.count).map { try rows.text($0, 0) }
    }
  }

  /// A feed that is being read.
  func feed() async throws -> Int64 {
    try await number(
      """
      INSERT INTO feed (public_id, merchant, spec, correlation, deadline) VALUES ('f', 'acme', 'cost', 'c', now())
      RETURNING id
      """)
  }

  func version(of key: ItemKey) async throws -> Int64 {
    try await number("SELECT version FROM item WHERE merchant = '\(key.merchant)' AND gtin = \(key.gtin.number)")
  }
}

struct Missing: Error {}

func unwrap<Value>(_ value: Value?) throws -> Value {
  guard let value else { throw Missing() }
  return value
}

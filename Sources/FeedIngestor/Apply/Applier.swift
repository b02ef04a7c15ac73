internal import ItemModel
internal import PostgresClient
internal import Synchronization
internal import Telemetry

/// Applies batches of events to items: lock, decide, write, commit. The one way in which an item changes.
///
/// What a batch decides is committed together with the places that it reached in its sources, so that a replay changes
/// nothing; what is to be sent is returned for publishing only after the commit.
final class Applier: Sendable {
  let pool: PostgresPool
  let machine: ItemMachine
  /// Names the Kafka cluster in the stored positions: another one has other offsets.
  let cluster: String
  let leases = LeaseNumbers()

  init(pool: PostgresPool, machine: ItemMachine, cluster: String) {
    self.pool = pool
    self.machine = machine
    self.cluster = cluster
  }

  /// Applies one batch.
  /// - Parameters:
  ///   - slot: the caller's row in the feeds' counts, so that callers do not wait for each other.
  ///   - fates: looks up what became of leases whose outcome is missing.
  ///   - beforeCommit: performs what must be durable before the batch is, such as dead letters of refused events.
  /// - Throws: `PostgresError` when the database is not to be had; nothing is applied then. A deadlock or serialisation
  ///   failure repeats the batch.
  func apply(
    _ batch: ApplyBatch, slot: Int16,
    fates: (PostgresConnection, [Int64]) async throws -> [Int64: LeaseFate] = { _, _ in [:] },
    beforeCommit: (ApplyReport) async throws -> Void = { _ in }
  ) async throws -> ApplyReport {
    var attempts = 0
    while true {
      do {
        return try await pool.withConnection { connection in
          let keys = Set(batch.entries.map(\.key)).sorted()
          let block = try await leases.take((keys.count + 1) * machine.graph.systems.count, from: connection)
          var turn = ApplyTurn(applier: self, batch: batch, keys: keys, slot: slot, leases: block)
          defer { leases.giveBack(turn.leases) }
          return try await turn.run(on: connection, fates: fates, beforeCommit: beforeCommit)
        }
      } catch let error as PostgresError where error.asksToRepeatTransaction && attempts < 10 {
        attempts += 1
      }
    }
  }
}

/// The feed is not where the reader thought: another process reads it, or the database lost commits.
struct FeedMoved: Error {
  let nextRow: Int64
}

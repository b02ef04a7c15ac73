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
  ///
  /// An event whose effects the database refuses to hold is left out and reported as a rejection, so that no single one
  /// can hold up the others for ever.
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
    var refused: [Int: DataError] = [:]
    while true {
      do {
        return try await attempt(batch, slot: slot, refused: refused, fates: fates, beforeCommit: beforeCommit)
      } catch let error as PostgresError where error.refusesContent {
        guard let place = try await culprit(in: batch, slot: slot, refused: refused, fates: fates) else { throw error }
        refused[place] = .unstorable(error)
      }
    }
  }

  /// The first entry with which the database refuses the batch; nil when it does so without any.
  private func culprit(
    in batch: ApplyBatch, slot: Int16, refused: [Int: DataError],
    fates: (PostgresConnection, [Int64]) async throws -> [Int64: LeaseFate]
  ) async throws -> Int? {
    func isAccepted(_ count: Int) async throws -> Bool {
      do {
        _ = try await attempt(
          batch, slot: slot, refused: refused, trial: count, fates: fates, beforeCommit: { _ in })
        return true
      } catch let error as PostgresError where error.refusesContent {
        return false
      }
    }
    guard try await isAccepted(0) else { return nil }
    var (good, bad) = (0, batch.entries.count)
    while bad - good > 1 {
      let middle = (good + bad) / 2
      if try await isAccepted(middle) { good = middle } else { bad = middle }
    }
    return bad > good ? good : nil
  }

  /// - Parameters:
  ///   - refused: entries to leave out, and why.
  ///   - trial: applies only so many entries, and rolls back.
  private func attempt(
    _ batch: ApplyBatch, slot: Int16, refused: [Int: DataError], trial: Int? = nil,
    fates: (PostgresConnection, [Int64]) async throws -> [Int64: LeaseFate],
    beforeCommit: (ApplyReport) async throws -> Void
  ) async throws -> ApplyReport {
    var attempts = 0
    while true {
      do {
        return try await pool.withConnection { connection in
          let keys = Set(batch.entries.map(\.key)).sorted()
          let block = try await leases.take((keys.count + 1) * machine.graph.systems.count, from: connection)
          var turn = ApplyTurn(
            applier: self, batch: batch, keys: keys, slot: slot, leases: block, refused: refused, trial: trial)
          defer { leases.giveBack(turn.leases) }
          return try await turn.run(on: connection, fates: fates, beforeCommit: beforeCommit)
        }
      } catch let error as PostgresError where error.asksToRepeatTransaction && attempts < 10 {
        attempts += 1
      } catch let error as PostgresError where error.kind == .uniqueViolation && attempts < 10 {
        // A fail-over lost that these numbers had been given, and another process was given them too.
        leases.forget()
        attempts += 1
      }
    }
  }
}

extension DataError {
  /// Our fault rather than the sender's, so there is nothing for them to do.
  fileprivate static func unstorable(_ error: PostgresError) -> DataError {
    DataError(
      code: "unstorable", field: "", description: "The database refuses what follows from it: \(error.message)",
      hint: "This is a mistake of the service; its operator finds it under this code.")
  }

  static let unreadableItem = DataError(
    code: "unreadable_item", field: "", description: "The item's stored row is damaged.",
    hint: "This is a mistake of the service; its operator finds it under this code.")
}

/// The feed is not where the reader thought: another process reads it, or the database lost commits.
struct FeedMoved: Error {
  let nextRow: Int64
}

internal import ItemModel
internal import KafkaClient
internal import PostgresClient
internal import Synchronization
internal import Telemetry

/// Tells what became of dispatches whose outcome is missing: still to be published, waiting in the topic, or taken from
/// it by the lane's group.
final class LeaseLookout: Sendable {
  /// The last look is too old: `look` outside of the transaction, then ask again.
  struct LookWanted: Error {}

  private struct State {
    var horizon = LaneHorizon()
    var lookedAt: ContinuousClock.Instant?
  }

  private let context: IngestContext
  private let state: Mutex<State> = Mutex(State())
  /// An older look is only more careful, so one serves for a while.
  private let validity: Duration

  init(context: IngestContext, validity: Duration = .seconds(5)) {
    self.context = context
    self.validity = validity
  }

  /// Looks where the lanes' groups stand. Kafka may take its time, so this is never done while items are locked.
  ///
  /// While Kafka gives no answer, the last look counts on: what is not known to be lost waits.
  func look() async throws {
    var horizon = state.withLock { $0.horizon }
    do {
      try await horizon.advance(positions: outcomePositions, look: lanes)
    } catch let error as KafkaError {
      context.logger.warning("where the lanes stand is not known", ["error": error.description])
    }
    state.withLock { [horizon] in $0 = State(horizon: horizon, lookedAt: .now) }
  }

  /// - Parameter hasLooked: whether there was a look for this very question, so that it must do.
  /// - Throws: `LookWanted`, `PostgresError`.
  func fates(_ leases: [Int64], on connection: PostgresConnection, hasLooked: Bool) async throws -> [Int64: LeaseFate] {
    guard !leases.isEmpty else { return [:] }
    let rows = try await connection.execute(
      """
      SELECT o.lease, o.lane::int8, p.partition::int8, p.at_offset
      FROM unnest($1::int8[]) AS k(lease) JOIN outbox o USING (lease) LEFT JOIN published p USING (lease)
      """, .int8Array(leases))
    let (horizon, lookedAt) = state.withLock { ($0.horizon, $0.lookedAt) }
    let isFresh = hasLooked || lookedAt.map { .now - $0 < validity } ?? false
    // What the outbox does not know any more is older than anything that waits.
    var fates = Dictionary(leases.map { ($0, LeaseFate.consumed) }) { first, _ in first }
    for row in 0..<rows.count {
      let lease = try rows.int8(row, 0)
      guard let partition = try rows.optionalInt8(row, 2), let lane = Lane(rawValue: UInt8(try rows.int8(row, 1)))
      else {
        fates[lease] = context.relay.isPublishing(lease) ? .waiting : .unpublished
        continue
      }
      guard isFresh else { throw LookWanted() }
      let place = TopicPartition(topic: context.topics.lane(lane), partition: Int32(partition))
      fates[lease] = horizon.hasPassed(place, offset: try rows.int8(row, 3)) ? .consumed : .waiting
    }
    return fates
  }

  /// Where the lanes' groups stand, and then how far the outcomes reach.
  private func lanes() async throws -> LaneHorizon.Look {
    let known = try await context.admin.topics()
    func partitions(_ topic: String) -> [TopicPartition] {
      known.first { $0.name == topic }?.partitions.map { TopicPartition(topic: topic, partition: $0.id) } ?? []
    }
    var committed: [TopicPartition: Int64] = [:]
    for lane in Lane.allCases {
      let found = try await context.admin.committed(
        group: context.groups.lane(lane), partitions(context.topics.lane(lane)))
      committed.merge(found.mapValues(\.offset)) { $1 }
    }
    let ends = try await context.admin.watermarks(partitions(context.topics.outcomes))
    return LaneHorizon.Look(committed: committed, ends: ends.mapValues(\.high))
  }

  private func outcomePositions() async throws -> [TopicPartition: Int64] {
    try await context.pool.withConnection { connection in
      let rows = try await connection.execute(
        "SELECT partition::int8, next FROM position WHERE cluster = $1 AND topic = $2",
        .text(self.context.applier.cluster), .text(self.context.topics.outcomes))
      var positions: [TopicPartition: Int64] = [:]
      for row in 0..<rows.count {
        let partition = TopicPartition(topic: self.context.topics.outcomes, partition: Int32(try rows.int8(row, 0)))
        positions[partition] = try rows.int8(row, 1)
      }
      return positions
    }
  }
}

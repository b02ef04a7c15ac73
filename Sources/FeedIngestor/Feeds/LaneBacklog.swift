internal import ItemModel
internal import KafkaClient
internal import Synchronization

/// How many messages wait in a lane, looked up now and then, so that what fills it does not run far ahead of the workers.
///
/// Each source looks at its own lane alone: what holds it back holds back nothing else.
final class LaneBacklog: Sendable {
  private struct State {
    var waiting = 0
    var lookedAt: ContinuousClock.Instant?
  }

  private static let interval = Duration.milliseconds(500)
  private let state = Mutex(State())
  private let admin: KafkaAdmin
  private let topic: String
  private let group: String
  private let limit: Int

  init(_ lane: Lane, context: IngestContext) {
    admin = context.admin
    topic = context.topics.lane(lane)
    group = context.groups.lane(lane)
    limit = context.configuration.maxLaneBacklog
  }

  /// Returns once fewer messages than the limit wait.
  func waitForRoom() async throws {
    while try await count() >= limit { try await Task.sleep(for: LaneBacklog.interval) }
  }

  private func count() async throws -> Int {
    let known = state.withLock { state -> Int? in
      guard let lookedAt = state.lookedAt, .now - lookedAt < LaneBacklog.interval else { return nil }
      return state.waiting
    }
    if let known { return known }
    let waiting = try await lookUp()
    state.withLock { $0 = State(waiting: waiting, lookedAt: .now) }
    return waiting
  }

  private func lookUp() async throws -> Int {
    guard let known = try await admin.topics().first(where: { $0.name == topic }) else { return 0 }
    let partitions = known.partitions.map { TopicPartition(topic: topic, partition: $0.id) }
    let ends = try await admin.watermarks(partitions)
    let committed = try await admin.committed(group: group, partitions)
    return partitions.reduce(0) { waiting, partition in
      guard let end = ends[partition] else { return waiting }
      return waiting + Int(max(0, end.high - max(end.low, committed[partition]?.offset ?? 0)))
    }
  }
}

internal import ItemModel
internal import KafkaClient
internal import Synchronization

/// How many messages wait in the lanes, looked up now and then, so that feeds do not run far ahead of the workers.
///
/// Prices do not pass here: what holds feeds back holds back nothing else.
final class LaneBacklog: Sendable {
  private struct State {
    var waiting = 0
    var lookedAt: ContinuousClock.Instant?
  }

  private static let interval = Duration.milliseconds(500)
  private let state = Mutex(State())
  private let admin: KafkaAdmin
  private let topics: TopicNames
  private let groups: GroupNames
  private let limit: Int

  init(admin: KafkaAdmin, topics: TopicNames, groups: GroupNames, limit: Int) {
    self.admin = admin
    self.topics = topics
    self.groups = groups
    self.limit = limit
  }

  /// Returns once fewer messages than the limit wait; `whileWaiting` is called after each look that found more.
  func waitForRoom(whileWaiting: () async throws -> Void) async throws {
    while try await count() >= limit {
      try await whileWaiting()
      try await Task.sleep(for: LaneBacklog.interval)
    }
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
    var waiting: Int64 = 0
    let known = try await admin.topics()
    for lane in [Lane.setup, .bulk] {
      guard let topic = known.first(where: { $0.name == topics.lane(lane) }) else { continue }
      let partitions = topic.partitions.map { TopicPartition(topic: topic.name, partition: $0.id) }
      let ends = try await admin.watermarks(partitions)
      let committed = try await admin.committed(group: groups.lane(lane), partitions)
      for partition in partitions {
        guard let end = ends[partition] else { continue }
        waiting += max(0, end.high - max(end.low, committed[partition]?.offset ?? 0))
      }
    }
    return Int(waiting)
  }
}

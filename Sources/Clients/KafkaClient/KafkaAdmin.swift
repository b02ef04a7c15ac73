internal import NativeThreads
public import Telemetry

/// Questions to a cluster, on a handle and a thread of their own; one at a time, each with a time limit that begins when
/// its turn comes.
///
/// When no broker answers, the error's message names the address that was asked.
public final class KafkaAdmin: Sendable {
  private let native: NativeAdmin
  private let loop: EventLoop
  /// What is not in it is refused at once with `unsupported`, instead of timing out.
  public let capabilities: KafkaCapabilities
  private let limit: Duration

  /// - Parameter limit: the time limit of each call.
  /// - Throws: `configuration` for a property that librdkafka refuses. No broker is contacted yet.
  public init(
    _ configuration: KafkaConfiguration, capabilities: KafkaCapabilities = .all, limit: Duration = .seconds(10),
    logger: Logger
  ) throws(KafkaError) {
    native = try NativeAdmin(configuration, logger: logger)
    loop = EventLoop(name: "kafka-admin")
    self.capabilities = capabilities
    self.limit = limit
  }

  // Calls hold the client, so none is under way here, and the thread ends at once.
  deinit { loop.stop() }

  /// Returns when a broker has answered now; what is known from before does not count.
  public func ping() async throws(KafkaError) {
    try await ask { admin, limit throws(KafkaError) in try admin.ping(within: limit) }
  }

  /// The cluster's identity; the embedded cluster has a new one at each start.
  public func clusterID() async throws(KafkaError) -> String {
    try await ask { admin, limit throws(KafkaError) in try admin.clusterID(within: limit) }
  }

  /// All topics, the cluster's internal ones included.
  public func topics() async throws(KafkaError) -> [KafkaTopic] {
    try await ask { admin, limit throws(KafkaError) in try admin.topics(within: limit) }
  }

  /// Creates topics, and says for each whether it was made or was there before (unchanged).
  /// - Throws: the first other refusal; the rest may have been made.
  public func createTopics(_ topics: [KafkaNewTopic]) async throws(KafkaError) -> [String: KafkaTopicCreation] {
    guard capabilities.contains(.createTopics) else { throw unsupported("creating topics") }
    guard !topics.isEmpty else { return [:] }
    let failures = try await ask { admin, limit throws(KafkaError) in try admin.createTopics(topics, within: limit) }
    var outcome: [String: KafkaTopicCreation] = [:]
    for topic in topics {
      switch failures[topic.name] {
      case nil: outcome[topic.name] = .created
      case let error? where error.code == .topicExists: outcome[topic.name] = .existed
      case let error?: throw error
      }
    }
    return outcome
  }

  /// The ends of the partitions' logs. The limit holds for each.
  public func watermarks(_ partitions: [TopicPartition]) async throws(KafkaError) -> [TopicPartition: KafkaWatermarks] {
    try await ask { admin, limit throws(KafkaError) in
      var found: [TopicPartition: KafkaWatermarks] = [:]
      for partition in partitions { found[partition] = try admin.watermarks(partition, within: limit) }
      return found
    }
  }

  /// What a group has committed. Partitions without a commit are left out.
  public func committed(
    group: String, _ partitions: [TopicPartition]
  ) async throws(KafkaError) -> [TopicPartition: KafkaCommit] {
    guard !partitions.isEmpty else { return [:] }
    return try await ask { admin, limit throws(KafkaError) in
      try admin.committed(group: group, partitions, within: limit)
    }
  }

  /// The first offsets at or after a time (milliseconds since 1970, UTC). Partitions whose records are all older are left
  /// out.
  public func offsets(
    for time: Int64, _ partitions: [TopicPartition]
  ) async throws(KafkaError) -> [TopicPartition: Int64] {
    guard capabilities.contains(.offsetsByTime) else { throw unsupported("offsets by time") }
    guard !partitions.isEmpty else { return [:] }
    let times = Dictionary(partitions.map { ($0, time) }) { first, _ in first }
    return try await ask { admin, limit throws(KafkaError) in try admin.offsets(times, within: limit) }
  }

  private func unsupported(_ action: String) -> KafkaError {
    KafkaError(code: .unsupported, message: "\(action): the cluster does not support it")
  }

  private func ask<Answer: Sendable>(
    _ question: @escaping @Sendable (NativeAdmin, Duration) throws(KafkaError) -> Answer
  ) async throws(KafkaError) -> Answer {
    let result = await withCheckedContinuation { continuation in
      loop.post { [self] in
        continuation.resume(returning: Result { () throws(KafkaError) in try question(native, limit) })
      }
    }
    return try result.get()
  }
}

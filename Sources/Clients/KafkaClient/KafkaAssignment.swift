/// Partitions that the group gave to this member, waiting for the application to say where to start.
public struct KafkaAssignment: Sendable {
  /// Grows with every assignment of this consumer.
  public let epoch: UInt64
  /// Sorted; never empty.
  public let partitions: [TopicPartition]
  let consumer: KafkaConsumer

  /// Begins to read. A partition that `starts` does not name begins at its committed offset. Partitions that were paused
  /// under an earlier assignment are resumed.
  ///
  /// The consumer stays a member of the group meanwhile, so there is time to look positions up first; but when
  /// `KafkaConsumerOptions.answerTimeout` has passed, the group is left, the pull throws a retriable `timedOut`, and the
  /// pull after that joins again.
  /// - Throws: `fenced` when the assignment is over, `stopped`, or what the look-up of committed offsets met; after a
  ///   retriable error the call can be repeated.
  public func start(at starts: [TopicPartition: KafkaStart] = [:]) async throws(KafkaError) {
    try await consumer.core.start(epoch: epoch, at: starts)
  }
}

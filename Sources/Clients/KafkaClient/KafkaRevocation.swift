/// Partitions that the group takes away. Their buffered records have been discarded.
public struct KafkaRevocation: Sendable {
  /// The epoch of the assignment that ends.
  public let epoch: UInt64
  public let partitions: [TopicPartition]
  /// The group has already given the partitions to others: nothing can be committed any more.
  public let isLost: Bool
  let consumer: KafkaConsumer

  /// Gives the partitions back. Before it, commit what was done (`KafkaConsumer.commit` with this epoch). The client
  /// gives them back on its own after `KafkaConsumerOptions.answerTimeout`. Calling it again does nothing.
  public func complete() async { await consumer.core.complete(epoch: epoch) }
}

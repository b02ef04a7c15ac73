/// Consecutive records of one partition.
///
/// `from` is where the consumer stood before the batch. Offsets missing between `from` and `next` were removed by
/// compaction or belong to transactions; a `from` other than the previous batch's `next` means that the consumer jumped:
/// the log no longer held (or did not yet hold) what was asked for, and reading went on at its beginning.
public struct KafkaPartitionBatch: Sendable, Hashable {
  public let topic: String
  public let partition: Int32
  /// The assignment under which the batch was read.
  public let epoch: UInt64
  /// The position before the batch. At a start with no offset (beginning, end) it is the first record's offset.
  public let from: Int64
  /// The position after the batch: what to commit once it is done.
  public let next: Int64
  /// In order of their offsets; never empty.
  public let records: [KafkaMessage]

  public var topicPartition: TopicPartition { TopicPartition(topic: topic, partition: partition) }

  public init(topic: String, partition: Int32, epoch: UInt64, from: Int64, next: Int64, records: [KafkaMessage]) {
    self.topic = topic
    self.partition = partition
    self.epoch = epoch
    self.from = from
    self.next = next
    self.records = records
  }
}

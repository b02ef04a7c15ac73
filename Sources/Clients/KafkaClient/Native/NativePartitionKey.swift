internal import CRdkafka

/// A partition as a message names it: hashing it costs no text. Valid within one assignment.
struct NativePartitionKey: Hashable {
  let topic: OpaquePointer?
  let partition: Int32

  /// The partition by name. Copies the topic's name.
  var topicPartition: TopicPartition {
    TopicPartition(topic: topic.map { String(cString: rd_kafka_topic_name($0)) } ?? "", partition: partition)
  }
}

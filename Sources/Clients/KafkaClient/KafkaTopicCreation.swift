/// What became of a request to create a topic.
public enum KafkaTopicCreation: Sendable, Hashable {
  case created
  /// It was there before, with whatever partitions and properties it has.
  case existed
}

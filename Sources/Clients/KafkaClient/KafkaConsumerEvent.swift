/// What a pull from a consumer brings.
public enum KafkaConsumerEvent: Sendable {
  case records([KafkaPartitionBatch])
  /// The group gave this member partitions; they are read once the application has said where to start.
  case assigned(KafkaAssignment)
  /// The group takes the partitions away (or has taken them: `isLost`); give them back with `complete()`.
  case revoked(KafkaRevocation)
}

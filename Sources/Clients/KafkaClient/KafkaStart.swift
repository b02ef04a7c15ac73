/// Where to begin reading a partition.
public enum KafkaStart: Sendable, Hashable {
  case offset(Int64)
  /// The group's committed offset, or the beginning when it has none.
  case committed
  case beginning
  case end
}

/// How a group shares partitions among its members. Only eager ones: all give everything back before it is shared anew
/// (librdkafka 2.0's cooperative assignor has faults that lose messages).
public enum KafkaAssignor: String, Sendable {
  /// Spreads the partitions of all topics together over the members, so that topics with few partitions do not all land
  /// on the first member.
  case roundRobin = "roundrobin"
  /// Shares each topic by itself: equal partition numbers of topics that are partitioned alike go to the same member.
  case range
}

/// The ends of a partition's log.
public struct KafkaWatermarks: Sendable, Hashable {
  /// The oldest offset that is still there.
  public let low: Int64
  /// The offset of the next record.
  public let high: Int64
}

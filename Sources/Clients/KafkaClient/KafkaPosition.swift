/// Where a record was stored.
public struct KafkaPosition: Sendable, Hashable {
  public let partition: Int32
  public let offset: Int64

  public init(partition: Int32, offset: Int64) {
    self.partition = partition
    self.offset = offset
  }
}

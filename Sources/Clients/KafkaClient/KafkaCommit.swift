/// What a group remembers for a partition.
public struct KafkaCommit: Sendable, Hashable {
  /// The offset of the next record to read.
  public let offset: Int64
  /// A text of the application's own, 4,096 bytes at most by the brokers' default; nil and empty are the same.
  public let metadata: String?

  public init(offset: Int64, metadata: String? = nil) {
    self.offset = offset
    self.metadata = metadata
  }
}

/// A partition of a topic that messages come from.
public struct SourcePartition: Sendable, Hashable, Comparable, CustomStringConvertible {
  public let topic: String
  public let partition: Int32

  public init(topic: String, partition: Int32) {
    self.topic = topic
    self.partition = partition
  }

  public var description: String { "\(topic)[\(partition)]" }

  public static func < (one: SourcePartition, other: SourcePartition) -> Bool {
    (one.topic, one.partition) < (other.topic, other.partition)
  }
}

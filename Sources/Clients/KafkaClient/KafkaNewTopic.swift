/// A topic to be created.
public struct KafkaNewTopic: Sendable, Hashable {
  public let name: String
  public let partitions: Int32
  /// -1 for the broker's default.
  public let replicationFactor: Int32
  /// The topic's properties, such as `cleanup.policy`.
  public let properties: [String: String]

  public init(name: String, partitions: Int32, replicationFactor: Int32 = -1, properties: [String: String] = [:]) {
    self.name = name
    self.partitions = partitions
    self.replicationFactor = replicationFactor
    self.properties = properties
  }
}

/// A topic as the cluster describes it.
public struct KafkaTopic: Sendable, Hashable {
  public struct Partition: Sendable, Hashable {
    public let id: Int32
    /// The broker that leads it; nil while none does.
    public let leader: Int32?
    /// How many brokers hold it.
    public let replicas: Int
  }

  public let name: String
  public let partitions: [Partition]
}

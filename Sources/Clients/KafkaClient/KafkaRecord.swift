/// A record to be produced.
public struct KafkaRecord: Sendable, Hashable {
  public var topic: String
  /// Nil is Kafka's null: the record goes to any partition.
  public var key: [UInt8]?
  /// Nil is Kafka's null (a tombstone in a compacted topic), other than an empty value.
  public var value: [UInt8]?
  public var headers: [KafkaHeader]
  /// The partition, or nil to let the key choose it by Java's murmur2 hash.
  public var partition: Int32?

  public init(
    topic: String, key: [UInt8]?, value: [UInt8]?, headers: [KafkaHeader] = [], partition: Int32? = nil
  ) {
    self.topic = topic
    self.key = key
    self.value = value
    self.headers = headers
    self.partition = partition
  }

  /// What counts towards the limit of bytes in flight.
  var payloadBytes: Int { (key?.count ?? 0) + (value?.count ?? 0) }
}

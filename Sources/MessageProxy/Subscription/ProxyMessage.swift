public import KafkaClient

/// A message as a handler gets it.
public struct ProxyMessage: Sendable {
  public let id: MessageID
  public let topic: String
  public let partition: Int32
  /// The assignment under which it was read.
  public let epoch: UInt64
  public let key: [UInt8]?
  /// Nil is Kafka's null.
  public let value: [UInt8]?
  public let headers: [KafkaHeader]
  /// Milliseconds since 1970 (UTC); nil if the topic keeps none.
  public let timestamp: Int64?
  /// Which delivery of it this process makes, from 1.
  public let attempt: Int
  /// The values of messages with the same key that wait behind it, the nearest first, at most `followerLimit`.
  public let followers: [[UInt8]]

  public var offset: Int64 { id.offset }

  public init(
    id: MessageID, topic: String, partition: Int32, epoch: UInt64 = 1, key: [UInt8]?, value: [UInt8]?,
    headers: [KafkaHeader] = [], timestamp: Int64? = nil, attempt: Int = 1, followers: [[UInt8]] = []
  ) {
    self.id = id
    self.topic = topic
    self.partition = partition
    self.epoch = epoch
    self.key = key
    self.value = value
    self.headers = headers
    self.timestamp = timestamp
    self.attempt = attempt
    self.followers = followers
  }

  init(_ outbound: OutboundMessage<KafkaMessage>) {
    self.init(
      id: outbound.id, topic: outbound.partition.topic, partition: outbound.partition.partition, epoch: outbound.epoch,
      key: outbound.payload.key, value: outbound.payload.value, headers: outbound.payload.headers,
      timestamp: outbound.payload.timestamp, attempt: outbound.attempt,
      followers: outbound.followers.compactMap(\.value))
  }
}

public import KafkaClient

/// A message that is given up: what it was, where it came from, and why.
public struct DeadLetter: Sendable, Hashable {
  public var topic: String
  public var partition: Int32
  public var offset: Int64
  public var key: [UInt8]?
  public var value: [UInt8]?
  public var headers: [KafkaHeader]
  /// How often it was delivered; 0 when it never was.
  public var attempts: Int
  public var reason: FailureReason

  public init(
    topic: String, partition: Int32, offset: Int64, key: [UInt8]?, value: [UInt8]?, headers: [KafkaHeader] = [],
    attempts: Int = 0, reason: FailureReason
  ) {
    self.topic = topic
    self.partition = partition
    self.offset = offset
    self.key = key
    self.value = value
    self.headers = headers
    self.attempts = attempts
    self.reason = reason
  }
}

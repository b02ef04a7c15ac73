/// A record as it was consumed; its partition is the batch's.
public struct KafkaMessage: Sendable, Hashable {
  public let offset: Int64
  /// Milliseconds since 1970 (UTC), by the producer's or the broker's clock as the topic is configured; nil if none.
  public let timestamp: Int64?
  public let key: [UInt8]?
  public let value: [UInt8]?
  public let headers: [KafkaHeader]

  public init(offset: Int64, timestamp: Int64?, key: [UInt8]?, value: [UInt8]?, headers: [KafkaHeader] = []) {
    self.offset = offset
    self.timestamp = timestamp
    self.key = key
    self.value = value
    self.headers = headers
  }

  /// What counts towards the limit of buffered bytes: the payload and roughly what holding it costs.
  var footprint: Int {
    var bytes = 128 + (key?.count ?? 0) + (value?.count ?? 0)
    for header in headers { bytes += 64 + header.name.utf8.count + (header.value?.count ?? 0) }
    return bytes
  }
}

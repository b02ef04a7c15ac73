/// Limits and times of a producer.
public struct KafkaProducerOptions: Sendable {
  /// How many records may be on their way at once; more of them wait.
  public var maxRecordsInFlight = 100_000
  /// How many bytes of keys and values may be on their way at once; more of them wait.
  public var maxBytesInFlight = 64 << 20
  /// How many submitted batches may wait for room; `submit` refuses more with `queueFull`, `send` waits outside.
  public var maxWaitingBatches = 4_096
  /// How long a record may take, retries included, until it fails with `timedOut`.
  public var deliveryTimeout: Duration = .seconds(120)
  /// How long a record waits for company, to be sent in one request.
  public var linger: Duration = .milliseconds(5)
  /// The largest record, in bytes.
  public var maxRecordBytes = 1_000_000

  public init() {}
}

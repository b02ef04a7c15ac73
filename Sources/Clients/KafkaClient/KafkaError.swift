/// What went wrong, in Kafka or on the way to it.
public struct KafkaError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The kinds of failure that a caller may act on.
  public enum Code: String, Sendable, Hashable {
    /// A property was refused; the message names its key.
    case configuration
    /// No broker, or not the one needed, could be reached.
    case unreachable
    case timedOut
    /// The record exceeds `message.max.bytes`, here or at the broker. It will never be accepted as it is.
    case messageTooLarge
    /// The record is malformed, or names a partition that its topic does not have.
    case invalidRecord
    case unknownTopic
    case topicExists
    /// Authentication or authorisation failed.
    case unauthorized
    /// The assignment that the call refers to is over, or the group has another owner for the partition.
    case fenced
    /// An offset outside the log.
    case offsetOutOfRange
    /// The client's own queue has no room.
    case queueFull
    /// The producer had to begin anew; the record may or may not have been stored.
    case producerReset
    /// The client was stopped.
    case stopped
    /// The cluster cannot do this (the embedded one lacks some requests).
    case unsupported
    /// Two tasks pulled from one consumer.
    case concurrentPull
    /// The client instance cannot go on.
    case fatal
    case other
  }

  public let code: Code
  /// The number that Kafka's protocol (positive) or librdkafka (negative) gives the error; 0 for this client's own.
  public let rawCode: Int32
  public let message: String
  /// Whether the same call may succeed later.
  public let isRetriable: Bool
  /// Whether the client instance is unusable from now on.
  public let isFatal: Bool

  public init(code: Code, message: String, rawCode: Int32 = 0, isRetriable: Bool = false, isFatal: Bool = false) {
    self.code = code
    self.rawCode = rawCode
    self.message = message
    self.isRetriable = isRetriable
    self.isFatal = isFatal
  }

  public var description: String {
    rawCode == 0 ? "\(code.rawValue): \(message)" : "\(code.rawValue) (\(rawCode)): \(message)"
  }

  static let stopped = KafkaError(code: .stopped, message: "the client was stopped", isRetriable: true)

  static func fenced(_ message: String) -> KafkaError { KafkaError(code: .fenced, message: message) }
}

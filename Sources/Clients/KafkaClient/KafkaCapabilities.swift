/// What a cluster can do beyond producing and consuming.
public struct KafkaCapabilities: OptionSet, Sendable {
  public let rawValue: Int
  public init(rawValue: Int) { self.rawValue = rawValue }

  /// Topics can be created by request.
  public static let createTopics = KafkaCapabilities(rawValue: 1)
  /// Offsets can be found by time.
  public static let offsetsByTime = KafkaCapabilities(rawValue: 2)

  public static let all: KafkaCapabilities = [.createTopics, .offsetsByTime]
}

/// The topics' names, with the configured prefix.
public struct TopicNames: Sendable, Equatable {
  public let prefix: String
  public init(prefix: String = "") { self.prefix = prefix }

  /// Items of other producers.
  public var itemSetup: String { prefix + "item-setup" }
  public var priceUpdates: String { prefix + "price-updates" }
  /// Kafka systems' own answers.
  public var acknowledgements: String { prefix + "acks" }
  public var outcomes: String { prefix + "item-outcomes" }
  public func lane(_ lane: Lane) -> String { prefix + lane.topic }
  /// A Kafka system's own topic.
  public func system(_ topic: String) -> String { prefix + topic }
  /// Where records of `topic` go that nobody can use.
  public static func deadLetters(of topic: String) -> String { topic + ".dlq" }

  /// The topics that are Hyperloop's own, without the prefix: no system may have one of them.
  public static var reserved: Set<String> {
    Set(TopicNames().all + ["heartbeat", deadLetters(of: "heartbeat")])
  }

  /// Every topic that the service itself reads or writes, dead-letter topics included; those of systems are beside it.
  public var all: [String] {
    let own = [itemSetup, priceUpdates, acknowledgements, outcomes] + Lane.allCases.map(lane)
    return own + own.map(TopicNames.deadLetters)
  }
}

/// The consumer groups' names, with the configured prefix.
public struct GroupNames: Sendable, Equatable {
  public let prefix: String
  public init(prefix: String = "hyperloop") { self.prefix = prefix }

  public var ingest: String { "\(prefix)-ingest" }
  public func lane(_ lane: Lane) -> String { "\(prefix)-\(lane.topic)" }
}

public import KafkaClient

/// Which systems are played, where, and with what limits. Everything but Kafka's address has a default.
public struct ReferenceSystemsConfiguration: Sendable {
  public var systems: [ReferenceSystem] = ReferenceSystem.standard
  /// Needed when a system is reached by Kafka.
  public var kafka: KafkaConfiguration?
  /// Goes before every topic's name.
  public var topicPrefix = ""
  /// Where acknowledgements go, without the prefix.
  public var acknowledgementTopic = "acks"
  /// A Kafka system's group is this and its name, with a hyphen between.
  public var groupPrefix = "reference"
  /// After how long without a heartbeat a Kafka system that died loses its partitions.
  public var sessionTimeout: Duration = .seconds(10)
  public var host = "127.0.0.1"
  /// A system whose port is taken gets a free one.
  public var replacesTakenPorts = true
  /// Where systems reached by HTTP keep what they accepted; nil for memory alone. The directory must be there.
  public var dataDirectory: String?
  /// The random draws of behaviours begin here.
  public var seed: UInt64 = 1
  /// How long the end waits for answers that are under way.
  public var stopPatience: Duration = .seconds(2)
  public var maxBodyBytes = 16 << 20
  /// Longer batches are refused with 413.
  public var maxBatchEntries = 1_000
  /// How many answers may be held back by `slow` and `hang` at once; beyond it they are given without delay.
  public var maxDelayedAnswers = 100_000
  /// How many records are taken from Kafka at once.
  public var maxRecords = 2_000

  public init() {}
}

/// One system to be played.
public struct ReferenceSystem: Sendable {
  public enum Kind: Sendable {
    /// Takes snippets by `POST /snippets`.
    case http
    /// Takes snippets from a topic (without the prefix).
    case kafka(topic: String, acknowledges: Bool)
    /// Answers `GET /offers/{merchantId}/{gtin14}`; items beyond the listed ones have an offer made from their GTIN.
    case offers([Offer], shipNodes: [String])
  }

  /// As it stands in the systems file, and in each delivery's key.
  public var name: String
  public var kind: Kind
  /// Where its HTTP server listens, which systems reached by Kafka have too; 0 takes any free port.
  public var port: Int
  /// How it behaves from the start.
  public var behaviour: [BehaviourRule] = []

  public init(_ name: String, _ kind: Kind, port: Int = 0) {
    self.name = name
    self.kind = kind
    self.port = port
  }

  /// The ship nodes that the look-up knows by itself: those of the seed grid.
  public static let seedShipNodes = ["1234589", "4522312"]

  /// The systems of the shipped systems file, at its ports.
  public static var standard: [ReferenceSystem] {
    [
      ReferenceSystem("pricing", .http, port: 9_001),
      ReferenceSystem("seller", .http, port: 9_002),
      ReferenceSystem("logistics", .http, port: 9_003),
      ReferenceSystem("offer", .offers(Offer.fixture, shipNodes: seedShipNodes), port: 9_004),
      ReferenceSystem("product", .http, port: 9_005),
      ReferenceSystem("supplier", .kafka(topic: "supplier-snippets", acknowledges: true), port: 9_006),
      ReferenceSystem("cost", .kafka(topic: "cost-snippets", acknowledges: false), port: 9_007),
    ]
  }
}

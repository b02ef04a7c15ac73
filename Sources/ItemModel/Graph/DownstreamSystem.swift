/// An internal system that owns a part of the item: what it gets, when, and how.
public struct DownstreamSystem: Sendable {
  public let name: String
  /// The groups that bring it into play: an item without any of them is none of its business.
  public let consumes: AttributeGroups
  /// The systems, by place in the graph, that come before it.
  public let after: [Int]
  public let template: Template
  public let transport: SystemTransport
  /// Where the item can be read back.
  public let read: URLTemplate?

  public init(
    name: String, consumes: AttributeGroups, after: [Int], template: Template, transport: SystemTransport,
    read: URLTemplate?
  ) {
    self.name = name
    self.consumes = consumes
    self.after = after
    self.template = template
    self.transport = transport
    self.read = read
  }

  /// How long it may take to acknowledge, if it answers later over Kafka; nil when a delivery is its own answer.
  public var acknowledges: Duration? {
    guard case .kafka(_, let acknowledges) = transport else { return nil }
    return acknowledges
  }
}

/// The way to a system.
public enum SystemTransport: Sendable {
  case rest(RESTEndpoint)
  /// Its own topic. With `acknowledges` the delivery is open until the system's answer, for so long.
  case kafka(topic: String, acknowledges: Duration?)
}

/// A REST system's door.
public struct RESTEndpoint: Sendable {
  public let url: String
  public let headers: [(name: String, value: String)]
  public let timeout: Duration
  /// Requests at once, per process.
  public let concurrency: Int
  /// Items in a request at most; nil when each has a request of its own.
  public let batch: Int?
  /// The HTTP statuses that mean a mistake of the merchant's.
  public let dataErrors: Set<Int>

  public init(
    url: String, headers: [(name: String, value: String)], timeout: Duration, concurrency: Int, batch: Int?,
    dataErrors: Set<Int>
  ) {
    self.url = url
    self.headers = headers
    self.timeout = timeout
    self.concurrency = concurrency
    self.batch = batch
    self.dataErrors = dataErrors
  }
}

/// A source of values that templates read beside the item's own.
public struct Lookup: Sendable {
  public let name: String
  public let url: URLTemplate
  public let headers: [(name: String, value: String)]
  public let timeout: Duration
  public let concurrency: Int
  /// How long an answer may be used again.
  public let cache: Duration

  public init(
    name: String, url: URLTemplate, headers: [(name: String, value: String)], timeout: Duration, concurrency: Int,
    cache: Duration
  ) {
    self.name = name
    self.url = url
    self.headers = headers
    self.timeout = timeout
    self.concurrency = concurrency
    self.cache = cache
  }
}

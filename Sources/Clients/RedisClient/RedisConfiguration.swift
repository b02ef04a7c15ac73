public import NativeThreads

/// How a `RedisClient` uses Redis.
public struct RedisConfiguration: Sendable {
  public var endpoint: RedisEndpoint
  /// Connections for commands; batches go to them in turn. Subscriptions have their own.
  public var connections = 1
  /// What a call may take, from its submission, unless it says otherwise.
  public var timeBudget = Duration.milliseconds(50)
  /// Commands that are open at once at most; beyond it a call ends with `.overloaded`.
  public var commandsInFlight = 65_536
  /// How long the look-up of the name, the connection and the handshake may take together.
  public var connectTimeout = Duration.seconds(1)
  /// A connection on which nothing came for so long, while an answer is due, is given up.
  public var silenceLimit = Duration.seconds(2)
  /// How often a subscription asks whether its connection still lives.
  public var pingInterval = Duration.seconds(5)
  public var backoff = Backoff()
  public var breaker = CircuitBreaker.Policy()
  /// Gives a host's numeric address, and may block.
  var lookUp: @Sendable (_ host: String) throws(RedisError) -> String = HostName.address

  public init(endpoint: RedisEndpoint) { self.endpoint = endpoint }

  public init(url: String) throws(RedisError) { endpoint = try RedisEndpoint(url: url) }
}

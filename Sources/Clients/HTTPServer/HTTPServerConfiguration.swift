/// Where a server listens, and its limits. Everything has a default.
public struct HTTPServerConfiguration: Sendable {
  public var host = "127.0.0.1"
  /// 0 takes any free port.
  public var port = 0
  /// Connections that the kernel holds until they are accepted.
  public var backlog = 1_024
  /// At the limit accepting pauses, and clients wait in the backlog.
  public var maxConnections = 10_000
  /// Connections beyond it are closed at once. Lower it where no balancer stands before the server.
  public var maxConnectionsPerAddress = 10_000
  /// Memory of one connection, in bytes: it holds the headers (431 beyond) and is the window of an upload.
  public var connectionMemory = 32 * 1_024
  /// The limit of `.buffered` bodies whose route names none, in bytes.
  public var maxBodyBytes = 1_024 * 1_024
  /// How much of a streamed body waits for its reader, and of a streamed response for its client, in bytes.
  public var streamBufferBytes = 256 * 1_024
  /// A refused request's body is read and dropped up to here, so that the client gets to the answer; beyond it the
  /// connection is cut.
  public var discardBytes = 16 * 1_024 * 1_024
  public var discardDeadline: Duration = .seconds(2)
  /// A request's head, from its first line (on a new connection: from the accept).
  public var headerDeadline: Duration = .seconds(10)
  /// The whole body, from the head.
  public var bodyDeadline: Duration = .seconds(60)
  /// A body's next bytes, while the server waits for them.
  public var bodyIdleDeadline: Duration = .seconds(30)
  /// The handler's answer, from the end of the body; 503 beyond.
  public var answerDeadline: Duration = .seconds(30)
  /// The client's reading: of a whole answer, or of one piece of a streamed one.
  public var sendDeadline: Duration = .seconds(60)
  /// From the head to the handler's answer, whatever happens between.
  public var requestDeadline: Duration = .seconds(900)
  /// A connection between two requests.
  public var idleTimeout: Duration = .seconds(75)
  /// How long accepting pauses when the process is out of descriptors.
  public var acceptBackoff: Duration = .milliseconds(100)
  /// How long `stop` leaves idle connections open, so that a request on its way is still answered.
  public var stopLinger: Duration = .milliseconds(250)

  public init(host: String = "127.0.0.1", port: Int = 0) {
    self.host = host
    self.port = port
  }
}

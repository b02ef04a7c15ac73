/// The server's counters since its start, and what is open now.
public struct HTTPServerStatistics: Sendable, Equatable {
  public internal(set) var connectionsOpen = 0
  public internal(set) var connectionsAccepted = 0
  /// Closed at once, because their address held too many.
  public internal(set) var connectionsRefused = 0
  /// How often accepting paused: at the limit of connections, or out of descriptors.
  public internal(set) var acceptPauses = 0
  public internal(set) var requestsInFlight = 0
  public internal(set) var requests = 0
  /// Answered by the server in the handler's place: no route, a gate, a limit, a malformed head.
  public internal(set) var requestsRefused = 0
  /// Ended by one of the deadlines, idle connections not counted.
  public internal(set) var deadlinesPassed = 0
  /// The client went away before it had its answer.
  public internal(set) var clientsGone = 0
  /// Refused bodies that went beyond the cap, so that the connection was cut.
  public internal(set) var bodiesDropped = 0
  /// By the first digit of the status: `responses[2]` are the 2xx.
  public internal(set) var responses = [Int](repeating: 0, count: 10)
}

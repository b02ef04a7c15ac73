/// Why a request's body ended early, or why a response's body can no longer be written.
public enum HTTPStreamError: Error, Sendable, Equatable {
  /// The client went away.
  case disconnected
  /// A deadline passed.
  case deadline
  /// The body is longer than the route allows; answer 413.
  case tooLarge
  /// The client's bytes were no HTTP: bad chunking, for instance.
  case malformed
  /// The server stops, or the task was cancelled.
  case cancelled
  /// An event's name or id holds a line break.
  case invalidEvent
}

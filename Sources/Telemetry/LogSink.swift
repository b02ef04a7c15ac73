/// Where log lines go. `write` must not block: the writer behind it is bounded and drops, counting, what does not fit.
public protocol LogSink: Sendable {
  func write(_ event: LogEvent)
}

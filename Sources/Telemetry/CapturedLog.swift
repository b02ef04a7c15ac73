internal import Synchronization

/// Keeps log lines in memory, for tests that look at them.
public final class CapturedLog: LogSink {
  private let state = Mutex<[LogEvent]>([])

  public init() {}

  public func write(_ event: LogEvent) { state.withLock { $0.append(event) } }

  public var events: [LogEvent] { state.withLock { $0 } }
  public var messages: [String] { events.map(\.message) }
}

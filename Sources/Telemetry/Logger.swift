/// How much a log line matters.
public enum LogLevel: Int, Sendable, Comparable, CaseIterable {
  case trace, debug, info, notice, warning, error, critical
  public static func < (one: LogLevel, other: LogLevel) -> Bool { one.rawValue < other.rawValue }
}

/// One line before it is written: a fixed message, with what varies beside it.
public struct LogEvent: Sendable {
  public let level: LogLevel
  public let label: String
  /// The same text every time, so that lines can be counted and searched by it.
  public let message: String
  public let metadata: [(key: String, value: String)]

  public init(level: LogLevel, label: String, message: String, metadata: [(key: String, value: String)]) {
    self.level = level
    self.label = label
    self.message = message
    self.metadata = metadata
  }
}

/// Where log lines go. `write` must not block: the writer behind it is bounded and drops, counting, what does not fit.
public protocol LogSink: Sendable {
  func write(_ event: LogEvent)
}

/// Writes log lines of one part of the program: `logger.warning("broker unreachable", ["broker": name])`.
///
/// Messages are static, data goes into the metadata. No secret belongs in either.
public struct Logger: Sendable {
  public let label: String
  public var level: LogLevel
  private let sink: any LogSink
  private var context: [(key: String, value: String)] = []

  public init(label: String, level: LogLevel = .info, sink: any LogSink) {
    self.label = label
    self.level = level
    self.sink = sink
  }

  /// A logger that writes nothing.
  public static let silent = Logger(label: "silent", level: .critical, sink: NullLogSink())

  /// The same logger under another label.
  public func labelled(_ label: String) -> Logger {
    var other = Logger(label: label, level: level, sink: sink)
    other.context = context
    return other
  }

  /// The same logger with `value` on every line.
  public func with(_ key: String, _ value: String) -> Logger {
    var other = self
    other.context.append((key, value))
    return other
  }

  public func log(
    _ level: LogLevel, _ message: @autoclosure () -> String,
    _ metadata: @autoclosure () -> KeyValuePairs<String, String> = [:]
  ) {
    guard level >= self.level else { return }
    let all = context + metadata().map { (key: $0.key, value: $0.value) }
    sink.write(LogEvent(level: level, label: label, message: message(), metadata: all))
  }

  public func debug(
    _ message: @autoclosure () -> String, _ metadata: @autoclosure () -> KeyValuePairs<String, String> = [:]
  ) { log(.debug, message(), metadata()) }

  public func info(
    _ message: @autoclosure () -> String, _ metadata: @autoclosure () -> KeyValuePairs<String, String> = [:]
  ) { log(.info, message(), metadata()) }

  public func notice(
    _ message: @autoclosure () -> String, _ metadata: @autoclosure () -> KeyValuePairs<String, String> = [:]
  ) { log(.notice, message(), metadata()) }

  public func warning(
    _ message: @autoclosure () -> String, _ metadata: @autoclosure () -> KeyValuePairs<String, String> = [:]
  ) { log(.warning, message(), metadata()) }

  public func error(
    _ message: @autoclosure () -> String, _ metadata: @autoclosure () -> KeyValuePairs<String, String> = [:]
  ) { log(.error, message(), metadata()) }
}

private struct NullLogSink: LogSink {
  func write(_ event: LogEvent) {}
}

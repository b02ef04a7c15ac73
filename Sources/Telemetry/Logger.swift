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

  public func trace(
    _ message: @autoclosure () -> String, _ metadata: @autoclosure () -> KeyValuePairs<String, String> = [:]
  ) { log(.trace, message(), metadata()) }

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

  public func critical(
    _ message: @autoclosure () -> String, _ metadata: @autoclosure () -> KeyValuePairs<String, String> = [:]
  ) { log(.critical, message(), metadata()) }
}

private struct NullLogSink: LogSink {
  func write(_ event: LogEvent) {}
}

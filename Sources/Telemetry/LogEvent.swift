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

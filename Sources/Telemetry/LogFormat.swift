/// How a log line looks.
public enum LogFormat: String, Sendable, CaseIterable {
  /// `2026-04-11T09:30:00.000000Z WARN  kafka: broker unreachable broker=b1`
  case text
  /// One JSON object: `time`, `level`, `label`, `message`, and `metadata` when there is any.
  case json

  /// Appends one line, with its line feed.
  func append(_ event: LogEvent, at time: Timestamp, colour: Bool, to line: inout [UInt8]) {
    switch self {
    case .text: appendText(event, time, colour, &line)
    case .json: appendJSON(event, time, &line)
    }
    line.append(UInt8(ascii: "\n"))
  }

  private func appendText(_ event: LogEvent, _ time: Timestamp, _ colour: Bool, _ line: inout [UInt8]) {
    line += time.bytes
    line +=
      colour ? " \u{1b}[\(event.level.colour)m\(event.level.padded)\u{1b}[0m ".utf8 : " \(event.level.padded) ".utf8
    Self.appendEscaped(event.label, to: &line)
    line += ": ".utf8
    Self.appendEscaped(event.message, to: &line)
    for (key, value) in event.metadata {
      line.append(UInt8(ascii: " "))
      Self.appendEscaped(key, to: &line)
      line.append(UInt8(ascii: "="))
      if !value.isEmpty, value.utf8.allSatisfy({ $0 > 0x20 && $0 != UInt8(ascii: "\"") }) {
        line += value.utf8
      } else {
        Self.appendQuoted(value, to: &line)
      }
    }
  }

  private func appendJSON(_ event: LogEvent, _ time: Timestamp, _ line: inout [UInt8]) {
    line += "{\"time\":\"".utf8
    line += time.bytes
    line += "\",\"level\":\"\(event.level)\",\"label\":".utf8
    Self.appendQuoted(event.label, to: &line)
    line += ",\"message\":".utf8
    Self.appendQuoted(event.message, to: &line)
    if !event.metadata.isEmpty {
      var separator = ",\"metadata\":{"
      for (key, value) in event.metadata {
        line += separator.utf8
        Self.appendQuoted(key, to: &line)
        line.append(UInt8(ascii: ":"))
        Self.appendQuoted(value, to: &line)
        separator = ","
      }
      line.append(UInt8(ascii: "}"))
    }
    line.append(UInt8(ascii: "}"))
  }

  private static func appendQuoted(_ text: String, to line: inout [UInt8]) {
    line.append(UInt8(ascii: "\""))
    appendEscaped(text, to: &line)
    line.append(UInt8(ascii: "\""))
  }

  /// Escapes as JSON does, which also keeps a value from forging another line.
  private static func appendEscaped(_ text: String, to line: inout [UInt8]) {
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        line.append(UInt8(ascii: "\\"))
        line.append(byte)
      case UInt8(ascii: "\n"): line += "\\n".utf8
      case UInt8(ascii: "\r"): line += "\\r".utf8
      case UInt8(ascii: "\t"): line += "\\t".utf8
      case 0..<0x20, 0x7f:
        let hex = Array("0123456789abcdef".utf8)
        line += "\\u00".utf8
        line.append(hex[Int(byte >> 4)])
        line.append(hex[Int(byte & 15)])
      default: line.append(byte)
      }
    }
  }
}

extension LogLevel {
  fileprivate var padded: String {
    switch self {
    case .trace: "TRACE"
    case .debug: "DEBUG"
    case .info: "INFO "
    case .notice: "NOTE "
    case .warning: "WARN "
    case .error: "ERROR"
    case .critical: "CRIT "
    }
  }

  /// The terminal's colour number.
  fileprivate var colour: Int {
    switch self {
    case .trace, .debug: 90
    case .info: 32
    case .notice: 36
    case .warning: 33
    case .error, .critical: 31
    }
  }
}

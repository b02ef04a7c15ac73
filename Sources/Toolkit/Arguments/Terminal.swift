internal import Glibc

/// One of the standard streams, and what it can show.
public struct Terminal: Sendable {
  /// The styles that text can have on a terminal.
  public enum Style: Int, Sendable {
    case dim = 2
    case cyan = 36
  }

  public static let output = Terminal(descriptor: 1)
  public static let errors = Terminal(descriptor: 2)

  public let descriptor: Int32
  /// Whether a person is likely to look at it.
  public let isTerminal: Bool
  /// Whether it shows text and nothing else.
  let isDumb: Bool
  /// Whether styles are shown: on a terminal that is not `dumb`, unless `NO_COLOR` is set to something.
  public let hasColour: Bool

  public init(descriptor: Int32) {
    self.descriptor = descriptor
    isTerminal = isatty(descriptor) == 1
    isDumb = Self.variable("TERM") == "dumb"
    hasColour = isTerminal && Self.variable("NO_COLOR").isEmpty && !isDumb
  }

  /// The width in columns, 80 where it cannot be known.
  public var width: Int {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  /// The text in a style, or as it is where styles are not shown.
  public func styled(_ text: String, _ style: Style) -> String {
    hasColour ? "\u{1b}[\(style.rawValue)m\(text)\u{1b}[0m" : text
  }

  /// Writes a text at once. A reader that has gone away is no error.
  public func write(_ text: String) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      bytes = bytes.dropFirst(count)
    }
  }

  public func print(_ text: String = "") { write("\(text)\n") }

  private static func variable(_ name: String) -> String { getenv(name).map { String(cString: $0) } ?? "" }
}

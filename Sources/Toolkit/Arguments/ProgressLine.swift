/// A line at the bottom of a terminal that is written over again and again; elsewhere it says nothing.
public struct ProgressLine: Sendable {
  private let terminal: Terminal

  public init(_ terminal: Terminal = .errors) { self.terminal = terminal }

  /// Shows a text instead of the last one, cut to the terminal's width.
  public func show(_ text: String) {
    guard terminal.isTerminal else { return }
    terminal.write("\r\(DisplayWidth.cut(text, to: terminal.width - 1))\u{1b}[K")
  }

  /// Takes the line away.
  public func clear() {
    guard terminal.isTerminal else { return }
    terminal.write("\r\u{1b}[K")
  }
}

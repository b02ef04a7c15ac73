/// A line at the bottom of a terminal that is written over again and again; elsewhere it says nothing.
public struct ProgressLine: Sendable {
  private let terminal: Terminal

  public init(_ terminal: Terminal = .errors) { self.terminal = terminal }

  /// Whether anything is shown: on a terminal that can write over a line.
  public var isShown: Bool { terminal.isTerminal && !terminal.isDumb }

  /// Shows a text instead of the last one, cut to the terminal's width.
  public func show(_ text: String) {
    guard isShown else { return }
    terminal.write("\r\(DisplayWidth.cut(text, to: terminal.width - 1))\u{1b}[K")
  }

  /// Shows a bar instead of what was shown last.
  func show(_ bar: ProgressBar) {
    guard isShown else { return }
    let line = bar.line(width: terminal.width - 1) { text, isFilled in terminal.styled(text, isFilled ? .cyan : .dim) }
    terminal.write("\r\(line)\u{1b}[K")
  }

  /// Takes the line away.
  public func clear() {
    guard isShown else { return }
    terminal.write("\r\u{1b}[K")
  }
}

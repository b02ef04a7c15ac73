internal import Synchronization

/// Shows a bar on a terminal while work is long: not in its first second, and a few times a second then. What stands
/// there is taken away by `clear`. Elsewhere than on a terminal it says nothing.
///
/// Any thread may report.
public final class ProgressMeter: Sendable {
  private struct State {
    var bar: ProgressBar
    var reported: Duration = .zero
    var isShown = false
  }

  private let line: ProgressLine
  private let delay: Duration
  private let start = ContinuousClock.now
  private let state: Mutex<State>

  /// - Parameters:
  ///   - terminal: nil shows nothing.
  ///   - delay: work that takes no longer goes without a bar.
  public init(
    _ title: String, unit: ProgressBar.Unit, on terminal: Terminal? = .errors, delay: Duration = .seconds(1)
  ) {
    self.delay = delay
    state = Mutex(State(bar: ProgressBar(title, unit: unit)))
    line = ProgressLine(terminal ?? Terminal(descriptor: -1))
  }

  private static let interval = Duration.milliseconds(100)

  /// Reports how far the work is: see `ProgressBar.advance`.
  public func report(_ done: Int, of total: Int? = nil, share: Double? = nil, title: String? = nil) {
    guard line.isShown else { return }
    let elapsed = ContinuousClock.now - start
    let bar: ProgressBar? = state.withLock { state in
      guard elapsed - state.reported >= ProgressMeter.interval else { return nil }
      state.reported = elapsed
      if let title { state.bar.title = title }
      state.bar.advance(to: done, of: total, share: share, at: elapsed)
      guard elapsed >= delay else { return nil }
      state.isShown = true
      return state.bar
    }
    if let bar { line.show(bar) }
  }

  /// Shows a text in the bar's place, such as why the work rests.
  public func say(_ text: String) {
    state.withLock { $0.isShown = true }
    line.show(text)
  }

  /// Takes the bar away.
  public func clear() {
    let isShown = state.withLock { state in
      defer { state.isShown = false }
      return state.isShown
    }
    if isShown { line.clear() }
  }
}

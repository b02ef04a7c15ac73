internal import Synchronization

/// Gathers what a child prints: `ChildCommand("hyperloop", ["serve"], output: collector.output)`.
public final class LineCollector: Sendable {
  private struct State {
    var lines: [String] = []
    var hasEnded = false
    var waiters: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Mutex(State())
  private let limit: Int

  /// - Parameter limit: how many lines are kept; beyond it the older half is forgotten.
  public init(limit: Int = 100_000) { self.limit = limit }

  /// What a command is given, to print into this collector.
  public var output: ChildCommand.Output { .lines { self.append($0) } }

  /// The lines so far.
  public var lines: [String] { state.withLock { $0.lines } }

  /// The lines so far, each ended by a line feed.
  public var text: String { lines.map { $0 + "\n" }.joined() }

  /// Waits for the end of the output, which is when nobody can write to it any more.
  public func end() async {
    await withCheckedContinuation { continuation in
      let hasEnded = state.withLock { state in
        if !state.hasEnded { state.waiters.append(continuation) }
        return state.hasEnded
      }
      if hasEnded { continuation.resume() }
    }
  }

  private func append(_ line: String?) {
    let waiters = state.withLock { state -> [CheckedContinuation<Void, Never>] in
      if let line {
        if state.lines.count >= limit { state.lines.removeFirst(limit / 2) }
        state.lines.append(line)
        return []
      }
      state.hasEnded = true
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in waiters { waiter.resume() }
  }
}

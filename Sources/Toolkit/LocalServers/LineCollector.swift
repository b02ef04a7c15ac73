internal import Synchronization

/// Gathers the lines that a child prints, up to its last one.
final class LineCollector: Sendable {
  private struct State {
    var text = ""
    var hasEnded = false
    var waiter: CheckedContinuation<Void, Never>?
  }

  private let state = Mutex(State())

  /// Adds a line; nil is the end of the output.
  func append(_ line: String?) {
    state.withLock { state -> CheckedContinuation<Void, Never>? in
      if let line {
        state.text += line + "\n"
        return nil
      }
      state.hasEnded = true
      defer { state.waiter = nil }
      return state.waiter
    }?.resume()
  }

  /// Waits for the end of the output.
  func end() async {
    await withCheckedContinuation { continuation in
      let hasEnded = state.withLock { state in
        if !state.hasEnded { state.waiter = continuation }
        return state.hasEnded
      }
      if hasEnded { continuation.resume() }
    }
  }

  var text: String { state.withLock { $0.text } }
}

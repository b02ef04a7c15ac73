internal import Queues
internal import Synchronization

/// Lets one task at a time through a passage that waits.
final class AsyncTurn: Sendable {
  private struct State {
    var isTaken = false
    var waiters = FIFO<CheckedContinuation<Void, Never>>()
  }

  private let state = Mutex(State())

  func run(_ body: () async -> Void) async {
    await withCheckedContinuation { continuation in
      let isFirst = state.withLock { state in
        guard state.isTaken else {
          state.isTaken = true
          return true
        }
        state.waiters.append(continuation)
        return false
      }
      if isFirst { continuation.resume() }
    }
    await body()
    let next = state.withLock { state in
      let next = state.waiters.popFirst()
      state.isTaken = next != nil
      return next
    }
    next?.resume()
  }
}

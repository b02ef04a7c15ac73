internal import HTTPServer
internal import NativeThreads
internal import Synchronization

/// Gives answers and acknowledgements later, on a thread of its own.
final class AnswerDelay: Sendable {
  private struct State {
    var lastID = 0
    var waiting: [Int: @Sendable () -> Void] = [:]
    var isStopped = false
  }

  private let loop = EventLoop(name: "reference-delay")
  private let state = Mutex(State())
  private let capacity: Int

  /// - Parameter capacity: how many may wait; beyond it they are given at once.
  init(capacity: Int) { self.capacity = capacity }

  deinit { loop.stop() }

  /// Calls `action` after the delay, on the delay's thread; at once when there is none.
  func call(after delay: Duration, _ action: @escaping @Sendable () -> Void) {
    guard delay > .zero else { return action() }
    let id = state.withLock { state -> Int? in
      guard !state.isStopped, state.waiting.count < capacity else { return nil }
      state.lastID += 1
      state.waiting[state.lastID] = action
      return state.lastID
    }
    guard let id else { return action() }
    loop.post { [self] in
      loop.schedule(after: delay) { [weak self] in self?.fire(id) }
    }
  }

  /// Makes everything that waits happen now, and whatever comes later at once.
  func stop() {
    let waiting = state.withLock { state in
      state.isStopped = true
      defer { state.waiting = [:] }
      return state.waiting.sorted { $0.key < $1.key }.map(\.value)
    }
    for action in waiting { action() }
  }

  private func fire(_ id: Int) {
    let action = state.withLock { $0.waiting.removeValue(forKey: id) }
    action?()
  }
}

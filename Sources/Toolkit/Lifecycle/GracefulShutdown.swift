internal import Synchronization

/// A request to come to an end in good order: made once, heard by any number of waiters.
public final class GracefulShutdown: Sendable {
  /// Takes an action back that has not been called yet.
  public struct Registration: Sendable { fileprivate let id: Int }

  private struct State {
    var isRequested = false
    var lastID = 0
    var actions: [Int: @Sendable () -> Void] = [:]
  }

  private let state = Mutex(State())

  public init() {}

  public var isRequested: Bool { state.withLock { $0.isRequested } }

  /// Makes the request; all actions are called on the caller's thread, before this returns.
  public func request() {
    let actions = state.withLock { state in
      state.isRequested = true
      defer { state.actions = [:] }
      return state.actions.sorted { $0.key < $1.key }.map(\.value)
    }
    for action in actions { action() }
  }

  /// Calls `action` once, when the request is made, or at once when it was made already. It must not block.
  @discardableResult
  public func onRequest(_ action: @escaping @Sendable () -> Void) -> Registration {
    let (id, isRequested) = state.withLock { state -> (Int, Bool) in
      guard !state.isRequested else { return (0, true) }
      state.lastID += 1
      state.actions[state.lastID] = action
      return (state.lastID, false)
    }
    if isRequested { action() }
    return Registration(id: id)
  }

  public func remove(_ registration: Registration) {
    state.withLock { _ = $0.actions.removeValue(forKey: registration.id) }
  }

  /// Waits for the request. Returns early when the task is cancelled.
  public func wait() async {
    let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
    let registration = onRequest { continuation.finish() }
    defer { remove(registration) }
    for await _ in stream {}
  }

  /// Runs `operation`, and calls `handler` if the request comes while it runs (or came before).
  public func withHandler<Result>(
    _ handler: @escaping @Sendable () -> Void, operation: () async throws -> Result
  ) async rethrows -> Result {
    let registration = onRequest(handler)
    defer { remove(registration) }
    return try await operation()
  }

  /// Runs `operation` in a child task that is cancelled when the request comes; nil when that ended it.
  public func cancelling<Result: Sendable>(
    _ operation: @escaping @Sendable () async throws -> Result
  ) async throws -> Result? {
    try await withThrowingTaskGroup(of: Result?.self) { group in
      group.addTask { try await operation() }
      group.addTask {
        await self.wait()
        return nil
      }
      defer { group.cancelAll() }
      do {
        // Two tasks were added, so there is a first.
        if let first = try await group.next(), let result = first { return result }
        group.cancelAll()
        return try await group.next() ?? nil
      } catch is CancellationError where isRequested {
        return nil
      }
    }
  }
}

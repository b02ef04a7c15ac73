internal import Synchronization

/// What callers hand over to the loop: bounded, and emptied in one go.
final class CallIntake: Sendable {
  /// What came in since the loop last looked.
  struct Batch {
    var calls: [OpenCall] = []
    /// Calls that there was no room for; the loop tells their submitters.
    var refused: [OpenCall] = []
    var cancellations: [(submitter: HTTPSubmitter, id: UInt64)] = []
    var isEmpty: Bool { calls.isEmpty && refused.isEmpty && cancellations.isEmpty }
  }

  private struct State {
    var batch = Batch()
    var open = 0
    var isStopping = false
    var isClosed = false
  }

  private let state = Mutex(State())
  private let capacity: Int
  private let wake: @Sendable (CallIntake) -> Void

  /// - Parameter wake: called, outside the lock, when there is something to drain again.
  init(capacity: Int, wake: @escaping @Sendable (CallIntake) -> Void) {
    self.capacity = capacity
    self.wake = wake
  }

  /// Calls that were accepted and have no result yet.
  var openCalls: Int { state.withLock { $0.open } }

  var isStopping: Bool { state.withLock { $0.isStopping } }

  /// Takes the calls over; false when the loop is gone, and nobody will complete them.
  func submit(_ calls: [OpenCall]) -> Bool {
    change { state in
      let room = state.isStopping ? 0 : min(calls.count, capacity - state.open)
      state.open += room
      state.batch.calls += calls.prefix(room)
      state.batch.refused += calls.dropFirst(room)
    }
  }

  func cancel(_ ids: [UInt64], of submitter: HTTPSubmitter) {
    _ = change { state in
      state.batch.cancellations += ids.lazy.map { (submitter, $0) }
    }
  }

  /// Accepts no new call from now on.
  func beginStop() { state.withLock { $0.isStopping = true } }

  func drain() -> Batch {
    state.withLock { state in
      var batch = Batch()
      swap(&batch, &state.batch)
      return batch
    }
  }

  /// The last `drain`: what comes later is turned away at the door.
  func close() -> Batch {
    state.withLock { state in
      state.isStopping = true
      state.isClosed = true
      var batch = Batch()
      swap(&batch, &state.batch)
      return batch
    }
  }

  func completed(_ count: Int) { state.withLock { $0.open -= count } }

  private func change(_ body: (inout State) -> Void) -> Bool {
    let (isOpen, isFirst) = state.withLock { state -> (Bool, Bool) in
      guard !state.isClosed else { return (false, false) }
      let wasEmpty = state.batch.isEmpty
      body(&state)
      return (true, wasEmpty && !state.batch.isEmpty)
    }
    if isFirst { wake(self) }
    return isOpen
  }
}

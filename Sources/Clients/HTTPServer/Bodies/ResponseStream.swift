internal import Synchronization

/// The bytes of a streamed response between the task that writes them and the server's thread, which sends.
///
/// A writer waits while more than `capacity` bytes are unsent. `onReady` is called, from the writer's thread and outside
/// the lock, when there is something for a sender that found nothing before.
final class ResponseStream: Sendable {
  enum Piece: Equatable {
    case bytes(Int)
    /// Nothing yet; `onReady` follows.
    case wait
    case end
    case failed
  }

  private struct State {
    var bytes: [UInt8] = []
    var sent = 0
    var senderWaits = false
    var isEnded = false
    var failure: HTTPStreamError?
    var writers: [CheckedContinuation<Void, Never>] = []
    var unsent: Int { bytes.count - sent }
  }

  private let state = Mutex(State())
  private let capacity: Int
  private let onReady: @Sendable () -> Void

  init(capacity: Int, onReady: @escaping @Sendable () -> Void) {
    self.capacity = capacity
    self.onReady = onReady
  }

  func write(_ bytes: some Collection<UInt8>) async throws(HTTPStreamError) {
    guard !bytes.isEmpty else { return }
    try append(bytes)
    while try mustWait() {
      await withTaskCancellationHandler {
        await withCheckedContinuation { continuation in
          let waits = state.withLock { state in
            guard state.unsent > capacity, state.failure == nil, !Task.isCancelled else { return false }
            state.writers.append(continuation)
            return true
          }
          if !waits { continuation.resume() }
        }
      } onCancel: {
        resumeWriters()
      }
    }
  }

  /// Adds bytes without waiting for room.
  func append(_ bytes: some Collection<UInt8>) throws(HTTPStreamError) {
    let outcome = state.withLock { state -> Result<Bool, HTTPStreamError> in
      if let failure = state.failure { return .failure(failure) }
      if state.isEnded { return .failure(.cancelled) }
      state.bytes.append(contentsOf: bytes)
      defer { state.senderWaits = false }
      return .success(state.senderWaits)
    }
    if try outcome.get() { onReady() }
  }

  /// No more will be written.
  func end() { close { $0.isEnded = true } }

  /// The writer gave up: what it has written is not the whole. A stream that the server ended before that stays whole,
  /// since the writer had nothing left to say but that it was ended.
  func abandon() { close { if !$0.isEnded { $0.failure = $0.failure ?? .cancelled } } }

  /// The response cannot be completed: the client is gone, or the server cuts it.
  func fail(_ error: HTTPStreamError) {
    close { $0.failure = $0.failure ?? error }
    resumeWriters()
  }

  /// Copies what there is, at most `target`'s size, and forgets it.
  func read(into target: UnsafeMutableRawBufferPointer) -> Piece {
    let (piece, writers) = state.withLock { state -> (Piece, [CheckedContinuation<Void, Never>]) in
      guard state.failure == nil else { return (.failed, []) }
      guard state.unsent > 0 else {
        state.senderWaits = !state.isEnded
        return (state.isEnded ? .end : .wait, [])
      }
      let count = min(target.count, state.unsent)
      state.bytes.withUnsafeBytes { bytes in
        target.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[state.sent..<state.sent + count]))
      }
      state.sent += count
      if state.unsent == 0 || state.sent > capacity {
        state.bytes.removeFirst(state.sent)
        state.sent = 0
      }
      guard state.unsent <= capacity / 2 else { return (.bytes(count), []) }
      defer { state.writers = [] }
      return (.bytes(count), state.writers)
    }
    for writer in writers { writer.resume() }
    return piece
  }

  private func mustWait() throws(HTTPStreamError) -> Bool {
    let (isFull, failure) = state.withLock { ($0.unsent > capacity, $0.failure) }
    if let failure { throw failure }
    if isFull, Task.isCancelled { throw .cancelled }
    return isFull
  }

  private func close(_ change: (inout State) -> Void) {
    let waited = state.withLock { state in
      change(&state)
      defer { state.senderWaits = false }
      return state.senderWaits
    }
    if waited { onReady() }
  }

  private func resumeWriters() {
    let writers = state.withLock { state in
      defer { state.writers = [] }
      return state.writers
    }
    for writer in writers { writer.resume() }
  }
}

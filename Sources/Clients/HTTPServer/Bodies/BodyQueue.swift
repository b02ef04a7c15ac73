internal import Synchronization

/// The bytes of a request's body between the server's thread, which pushes, and one reader, which takes.
///
/// Its owner stops reading from the client when `push` says that it is full; `onRoom` is called, from the reader's
/// thread and outside the lock, once half of it is free again.
final class BodyQueue: Sendable {
  private struct State {
    var chunks: [[UInt8]] = []
    var next = 0
    var buffered = 0
    var isPaused = false
    var end: Result<Void, HTTPStreamError>?
    var reader: CheckedContinuation<Void, Never>?
  }

  private let state = Mutex(State())
  private let capacity: Int
  private let onRoom: @Sendable () -> Void

  init(capacity: Int, onRoom: @escaping @Sendable () -> Void) {
    self.capacity = capacity
    self.onRoom = onRoom
  }

  /// Adds a piece; true when the client has to wait now.
  func push(_ chunk: [UInt8]) -> Bool {
    let (reader, isFull) = state.withLock { state in
      state.chunks.append(chunk)
      state.buffered += chunk.count
      state.isPaused = state.buffered >= capacity
      defer { state.reader = nil }
      return (state.reader, state.isPaused)
    }
    reader?.resume()
    return isFull
  }

  /// Says that no more will come. The first end counts. After an error what is buffered is dropped.
  func end(_ end: Result<Void, HTTPStreamError>) {
    let reader = state.withLock { state in
      guard state.end == nil else { return nil as CheckedContinuation<Void, Never>? }
      state.end = end
      if case .failure = end { (state.chunks, state.next, state.buffered) = ([], 0, 0) }
      defer { state.reader = nil }
      return state.reader
    }
    reader?.resume()
  }

  /// The next piece, nil at the end. One reader at a time.
  func next() async throws(HTTPStreamError) -> [UInt8]? {
    while true {
      if let outcome = take() { return try outcome.get() }
      if Task.isCancelled { throw .cancelled }
      await withTaskCancellationHandler {
        await withCheckedContinuation { continuation in
          let mustWait = state.withLock { state in
            guard state.next == state.chunks.count, state.end == nil, !Task.isCancelled else { return false }
            state.reader = continuation
            return true
          }
          if !mustWait { continuation.resume() }
        }
      } onCancel: {
        wakeReader()
      }
    }
  }

  private func take() -> Result<[UInt8]?, HTTPStreamError>? {
    let (outcome, hasRoom) = state.withLock { state -> (Result<[UInt8]?, HTTPStreamError>?, Bool) in
      guard state.next < state.chunks.count else { return (state.end?.map { nil }, false) }
      let chunk = state.chunks[state.next]
      state.chunks[state.next] = []
      state.next += 1
      if state.next == state.chunks.count {
        state.chunks.removeAll(keepingCapacity: true)
        state.next = 0
      }
      state.buffered -= chunk.count
      guard state.isPaused, state.buffered <= capacity / 2 else { return (.success(chunk), false) }
      state.isPaused = false
      return (.success(chunk), true)
    }
    if hasRoom { onRoom() }
    return outcome
  }

  private func wakeReader() {
    let reader = state.withLock { state in
      defer { state.reader = nil }
      return state.reader
    }
    reader?.resume()
  }
}

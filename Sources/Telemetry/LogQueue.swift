internal import Glibc
internal import Synchronization

/// The lines that wait for a log writer's thread, and how that thread writes them.
final class LogQueue: Sendable {
  private struct State {
    var waiting: [(time: Timestamp, event: LogEvent)] = []
    var dropped = 0
    var dropsTold = 0
    var isClosed = false
  }

  private let state = Mutex(State())
  private let descriptor: Int32
  private let format: LogFormat
  private let colour: Bool
  private let capacity: Int

  init(descriptor: Int32, format: LogFormat, colour: Bool, capacity: Int) {
    self.descriptor = descriptor
    self.format = format
    self.colour = colour
    self.capacity = capacity
  }

  var dropped: Int { state.withLock { $0.dropped } }

  /// Adds a line, and says whether it is the first one waiting.
  func add(_ event: LogEvent) -> Bool {
    let time = Timestamp.now
    return state.withLock { state in
      guard !state.isClosed, state.waiting.count < capacity else {
        state.dropped += 1
        return false
      }
      state.waiting.append((time, event))
      return state.waiting.count == 1
    }
  }

  func close() { state.withLock { $0.isClosed = true } }

  /// Writes all that waits, on the writer's thread.
  func drain() {
    let (entries, lost) = state.withLock { state in
      var taken: [(time: Timestamp, event: LogEvent)] = []
      swap(&taken, &state.waiting)
      defer { state.dropsTold = state.dropped }
      return (taken, state.dropped - state.dropsTold)
    }
    var bytes: [UInt8] = []
    for (time, event) in entries { format.append(event, at: time, colour: colour, to: &bytes) }
    if lost > 0 {
      let event = LogEvent(
        level: .warning, label: "log", message: "log lines were dropped", metadata: [("lines", String(lost))])
      format.append(event, at: .now, colour: colour, to: &bytes)
    }
    guard !writeAll(bytes) else { return }
    // Nothing can be told of it now; the count says it.
    state.withLock { $0.dropped += entries.count }
  }

  private func writeAll(_ bytes: [UInt8]) -> Bool {
    var offset = 0
    while offset < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        Glibc.write(descriptor, buffer.baseAddress.map { $0 + offset }, buffer.count - offset)
      }
      if count >= 0 {
        offset += count
      } else if errno == EAGAIN {
        // Somebody made the descriptor non-blocking; a reader gets a second before its lines are given up.
        var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        if poll(&ready, 1, 1_000) <= 0 { return false }
      } else if errno != EINTR {
        return false
      }
    }
    return true
  }
}

internal import Glibc
internal import NativeThreads

/// Writes log lines to a file descriptor from a thread of its own.
///
/// The callers only put the event into a bounded queue. What does not fit is dropped and counted, and the next line that
/// is written tells how many were lost: logging never holds the work up.
public final class LogWriter: LogSink {
  private let queue: LogQueue
  private let loop = EventLoop(name: "log")

  /// - Parameters:
  ///   - descriptor: where lines go, standard error unless given. It is not closed.
  ///   - format: text on a terminal and JSON elsewhere, unless given.
  ///   - colour: on a terminal unless `NO_COLOR` is set, unless given. JSON is never coloured.
  ///   - capacity: how many lines may wait.
  public init(descriptor: Int32 = 2, format: LogFormat? = nil, colour: Bool? = nil, capacity: Int = 8_192) {
    let isTerminal = isatty(descriptor) == 1
    let wantsColour = getenv("NO_COLOR").map { $0.pointee == 0 } ?? true
    queue = LogQueue(
      descriptor: descriptor, format: format ?? (isTerminal ? .text : .json),
      colour: colour ?? (isTerminal && wantsColour), capacity: capacity)
  }

  deinit { loop.stop() }

  /// How many lines were dropped since the start.
  public var dropped: Int { queue.dropped }

  public func write(_ event: LogEvent) {
    if queue.add(event) { loop.post { [queue] in queue.drain() } }
  }

  /// Waits until what was logged before is written.
  public func flush() async {
    await withCheckedContinuation { continuation in
      loop.post { [queue] in
        queue.drain()
        continuation.resume()
      }
    }
  }

  /// Writes what still waits, and ends the thread. Lines that come later are dropped.
  public func stop() {
    queue.close()
    loop.post { [queue] in queue.drain() }
    loop.stop()
  }
}

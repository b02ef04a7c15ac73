internal import NativeThreads
internal import Synchronization

/// One connection being opened: the name looked up, then libpq's steps, each when the socket is ready for it, all within
/// a time limit.
///
/// Kept alive by what it waits for. `@unchecked Sendable`: lives on the loop's thread; the other one touches
/// `isOver` alone.
final class ConnectAttempt: @unchecked Sendable {
  private let loop: EventLoop
  private let watch: SocketWatch
  private let completion: (Result<LibpqConnection, PostgresError>) -> Void
  private let isOver = Atomic(false)
  private var deadline: EventLoop.Deadline?

  private init(on loop: EventLoop, _ completion: @escaping (Result<LibpqConnection, PostgresError>) -> Void) {
    self.loop = loop
    self.completion = completion
    watch = SocketWatch(on: loop)
  }

  /// Opens a connection and calls `completion` on the loop's thread.
  /// - Parameter lookups: the thread that may wait for a name to be looked up.
  static func start(
    _ options: ConnectionOptions, timeout: Duration, on loop: EventLoop, lookups: EventLoop,
    _ completion: @escaping @Sendable (Result<LibpqConnection, PostgresError>) -> Void
  ) {
    loop.post {
      let attempt = ConnectAttempt(on: loop, completion)
      attempt.deadline = loop.schedule(after: timeout) {
        attempt.finish(.failure(PostgresError(.connection, "the connection was not opened within \(timeout)")))
      }
      lookups.post {
        // Look-ups before this one may have hung for so long that nobody waits for it any more.
        guard !attempt.isOver.load(ordering: .relaxed) else { return }
        let libpq = LibpqConnection(starting: options)
        loop.post { attempt.begin(libpq) }
      }
    }
  }

  private func begin(_ libpq: LibpqConnection) {
    // Freed with its last reference otherwise.
    guard !isOver.load(ordering: .relaxed) else { return }
    if libpq.isBroken { fail(libpq) } else { wait(for: .writable, libpq) }
  }

  private func wait(for events: Readiness, _ libpq: LibpqConnection) {
    watch.arm(libpq.socket, for: events) { self.step(libpq) }
  }

  private func step(_ libpq: LibpqConnection) {
    switch libpq.connectStep() {
    case .wantsRead: wait(for: .readable, libpq)
    case .wantsWrite: wait(for: .writable, libpq)
    case .connected: finish(.success(libpq))
    case .failed: fail(libpq)
    }
  }

  private func fail(_ libpq: LibpqConnection) { finish(.failure(ConnectFailure.error(from: libpq.errorMessage))) }

  /// An unfinished connection is closed as its last reference goes, which is the watch's.
  private func finish(_ result: Result<LibpqConnection, PostgresError>) {
    guard !isOver.exchange(true, ordering: .relaxed) else { return }
    watch.disarm()
    if let deadline { loop.cancel(deadline) }
    completion(result)
  }
}

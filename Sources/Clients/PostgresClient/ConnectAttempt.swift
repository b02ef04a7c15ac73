internal import NativeThreads

/// One connection being opened: libpq's steps, each when the socket is ready for it, within a time limit.
///
/// Lives on the loop's thread and is kept alive by what it waits for.
final class ConnectAttempt {
  private let loop: EventLoop
  private let watch: SocketWatch
  private let libpq: LibpqConnection
  private var completion: ((Result<LibpqConnection, PostgresError>) -> Void)?
  private var deadline: EventLoop.Deadline?

  private init(_ libpq: LibpqConnection, on loop: EventLoop, _ completion: @escaping ConnectCompletion) {
    self.loop = loop
    self.libpq = libpq
    self.completion = completion
    watch = SocketWatch(on: loop)
  }

  typealias ConnectCompletion = (Result<LibpqConnection, PostgresError>) -> Void

  /// Opens a connection and calls `completion` on the loop's thread.
  /// - Parameter lookups: the thread that may wait for a name to be looked up.
  static func start(
    _ options: ConnectionOptions, timeout: Duration, on loop: EventLoop, lookups: EventLoop,
    _ completion: @escaping @Sendable (Result<LibpqConnection, PostgresError>) -> Void
  ) {
    lookups.post {
      let libpq = LibpqConnection(starting: options)
      loop.post {
        let attempt = ConnectAttempt(libpq, on: loop, completion)
        attempt.deadline = loop.schedule(after: timeout) {
          attempt.finish(.failure(PostgresError(.connection, "the connection was not opened within \(timeout)")))
        }
        if libpq.isBroken { attempt.fail() } else { attempt.wait(for: .writable) }
      }
    }
  }

  private func wait(for events: Readiness) {
    watch.arm(libpq.socket, for: events) { self.step() }
  }

  private func step() {
    switch libpq.connectStep() {
    case .wantsRead: wait(for: .readable)
    case .wantsWrite: wait(for: .writable)
    case .connected: finish(.success(libpq))
    case .failed: fail()
    }
  }

  private func fail() { finish(.failure(ConnectFailure.error(from: libpq.errorMessage))) }

  private func finish(_ result: Result<LibpqConnection, PostgresError>) {
    guard let completion else { return }
    self.completion = nil
    watch.disarm()
    if let deadline { loop.cancel(deadline) }
    if case .failure = result { libpq.close() }
    completion(result)
  }
}

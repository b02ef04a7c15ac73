internal import NativeThreads
internal import Synchronization
public import Telemetry

/// An HTTP/1.1 server on one thread: routes in, answers out.
///
/// `start` it once, `stop` it once. A client has to keep its side of the connection open until it has its answer. What
/// is so broken that the library under the server refuses it (a request line, a head that is too large, a chunk's
/// length) is answered in the library's own words, or not at all. A server that is let go of while it runs stops at once, without waiting for anybody.
public final class HTTPServer: Sendable {
  private struct State {
    enum Phase { case new, starting, serving, stopping, gone }
    var phase = Phase.new
    var port = 0
    var stopWaiters: [CheckedContinuation<Void, Never>] = []
  }

  private let core: ServerCore
  private let state = Mutex(State())

  /// - Parameters:
  ///   - fallback: answers what no route matches by its path, instead of 404; its own path does not matter.
  ///   - label: completes the answers that the server gives itself, from the request's headers: too large, no such method.
  ///   - admit: decides on every matched request's head before the body is taken, and before the route's own gate.
  public init(
    configuration: HTTPServerConfiguration = HTTPServerConfiguration(), routes: [Route], fallback: Route? = nil,
    label: (@Sendable (HTTPServerResponse, HTTPHeaders) -> HTTPServerResponse)? = nil,
    admit: (@Sendable (HTTPRequestHead) -> HTTPServerResponse?)? = nil, logger: Logger
  ) {
    core = ServerCore(
      configuration: configuration, routes: routes, fallback: fallback, label: label, admit: admit, logger: logger)
  }

  deinit {
    let core = core
    switch state.withLock({ $0.phase }) {
    case .new, .starting: core.loop.stop()
    case .serving: core.loop.post { core.stop(within: 0) {} }
    case .stopping, .gone: break
    }
  }

  /// The port that the server listens on; 0 before the start.
  public var port: Int { state.withLock { $0.port } }

  public var statistics: HTTPServerStatistics { core.statistics }

  /// Listens, and serves from now on.
  public func start() throws(HTTPServerError) {
    let configuration = core.configuration
    guard change(from: .new, to: .starting) else { throw error(.alreadyStarted, "a server starts once") }
    do throws(HTTPServerError) {
      let listener = try Listener(
        host: configuration.host, port: configuration.port, backlog: configuration.backlog)
      let daemon = Daemon(
        core: core, connections: configuration.maxConnections + 16, connectionMemory: configuration.connectionMemory)
      guard let daemon else { throw error(.library, "libmicrohttpd did not start") }
      state.withLock { $0.port = listener.port }
      hand(listener, daemon)
    } catch {
      _ = change(from: .starting, to: .new)
      throw error
    }
    _ = change(from: .starting, to: .serving)
    core.logger.info("listening", ["host": configuration.host, "port": String(port)])
  }

  /// Stops: takes no more connections, answers what has been asked, ends event streams, and cuts off what is not done
  /// in time. Returns when the server is gone, to every caller; sooner than `patience` when nothing is left to do. A
  /// server that has not started yet, or not quite, goes on.
  public func stop(within patience: Duration = .seconds(10)) async {
    await withCheckedContinuation { (done: CheckedContinuation<Void, Never>) in
      let phase = state.withLock { state in
        defer { if state.phase == .serving { state.phase = .stopping } }
        if state.phase == .serving || state.phase == .stopping { state.stopWaiters.append(done) }
        return state.phase
      }
      switch phase {
      case .new, .starting, .gone: done.resume()
      case .stopping: break
      case .serving:
        core.loop.post { [self] in core.stop(within: MonotonicTime.nanoseconds(patience)) { self.ended() } }
      }
    }
  }

  private func ended() {
    let waiters = state.withLock { state in
      state.phase = .gone
      defer { state.stopWaiters = [] }
      return state.stopWaiters
    }
    for waiter in waiters { waiter.resume() }
  }

  private func change(from old: State.Phase, to new: State.Phase) -> Bool {
    state.withLock { state in
      guard state.phase == old else { return false }
      state.phase = new
      return true
    }
  }

  private func hand(_ listener: Listener, _ daemon: Daemon) {
    let core = core
    // Both go over to the loop's thread here, and nobody keeps them.
    nonisolated(unsafe) let parts = (listener, daemon)
    core.loop.post { core.serve(parts.0, parts.1) }
  }

  private func error(_ code: HTTPServerError.Code, _ cause: String) -> HTTPServerError {
    HTTPServerError(code: code, host: core.configuration.host, port: core.configuration.port, cause: cause)
  }
}

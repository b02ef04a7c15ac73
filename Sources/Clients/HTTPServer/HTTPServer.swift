internal import NativeThreads
internal import Synchronization
public import Telemetry

/// An HTTP/1.1 server on one thread: routes in, answers out.
///
/// `start` it once, `stop` it once. A server that is let go of while it runs stops at once, without waiting for anybody.
public final class HTTPServer: Sendable {
  private struct State {
    var port = 0
    var isStarted = false
    var isStopped = false
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
    if state.withLock({ !$0.isStarted }) {
      core.loop.stop()
    } else if state.withLock({ !$0.isStopped }) {
      core.loop.post { core.stop(within: 0, nil) }
    }
  }

  /// The port that the server listens on; 0 before the start.
  public var port: Int { state.withLock { $0.port } }

  public var statistics: HTTPServerStatistics { core.statistics }

  /// Listens, and serves from now on.
  public func start() throws(HTTPServerError) {
    let configuration = core.configuration
    let isFirst = state.withLock { state in
      defer { state.isStarted = true }
      return !state.isStarted
    }
    guard isFirst else { throw error(.alreadyStarted, "a server starts once") }
    do throws(HTTPServerError) {
      let listener = try Listener(
        host: configuration.host, port: configuration.port, backlog: configuration.backlog)
      let daemon = Daemon(
        core: core, connections: configuration.maxConnections + 16, connectionMemory: configuration.connectionMemory)
      guard let daemon else { throw error(.library, "libmicrohttpd did not start") }
      state.withLock { $0.port = listener.port }
      hand(listener, daemon)
    } catch {
      state.withLock { $0.isStarted = false }
      throw error
    }
    core.logger.info("listening", ["host": configuration.host, "port": String(port)])
  }

  /// Stops: takes no more connections, answers what has been asked, ends event streams, and cuts off what is not done
  /// in time. Returns when the server is gone; sooner than `patience` when nothing is left to do.
  public func stop(within patience: Duration = .seconds(10)) async {
    let mayStop = state.withLock { state in
      defer { state.isStopped = state.isStarted }
      return state.isStarted && !state.isStopped
    }
    guard mayStop else { return }
    let core = core
    await withCheckedContinuation { done in
      core.loop.post { core.stop(within: MonotonicTime.nanoseconds(patience), done) }
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

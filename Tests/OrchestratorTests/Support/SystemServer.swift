import HTTPServer
import Synchronization
import Telemetry

/// A real HTTP server that plays systems and look-ups, and keeps what it was sent.
final class SystemServer: Sendable {
  struct Received: Sendable {
    let path: String
    let headers: HTTPHeaders
    let body: [UInt8]
    let at: ContinuousClock.Instant
    var text: String { String(decoding: body, as: UTF8.self) }
  }

  typealias Answer = @Sendable (Received) async -> HTTPServerResponse

  private let server: HTTPServer
  private let log: Log

  init(_ answer: @escaping Answer = { _ in .empty(status: 200) }) throws {
    let log = Log()
    let handler: @Sendable (HTTPServerRequest) async -> HTTPServerResponse = { request in
      let received = Received(path: request.path, headers: request.headers, body: request.bytes, at: .now)
      log.state.withLock { $0.append(received) }
      return await answer(received)
    }
    let options = Route.Options(body: .buffered(maxBytes: 16 << 20))
    server = HTTPServer(
      routes: [Route(.post, "/{path*}", options, handler), Route(.get, "/{path*}", Route.Options(), handler)],
      logger: .silent)
    self.log = log
    try server.start()
  }

  private final class Log: Sendable {
    let state = Mutex<[Received]>([])
  }

  var url: String { "http://127.0.0.1:\(server.port)" }
  var received: [Received] { log.state.withLock { $0 } }
  func received(_ path: String) -> [Received] { received.filter { $0.path.hasPrefix(path) } }
  func stop() async { await server.stop(within: .zero) }
}

/// Lets waiters through once it is opened.
final class Gate: Sendable {
  private let state = Mutex<[CheckedContinuation<Void, Never>]?>([])

  func open() {
    let waiters = state.withLock { state in
      defer { state = nil }
      return state ?? []
    }
    for waiter in waiters { waiter.resume() }
  }

  func wait() async {
    await withCheckedContinuation { waiter in
      let isOpen = state.withLock { state in
        state?.append(waiter)
        return state == nil
      }
      if isOpen { waiter.resume() }
    }
  }
}

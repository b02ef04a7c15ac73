internal import NativeThreads
internal import Synchronization
internal import Telemetry

/// The server behind its public face: connections, requests, deadlines.
///
/// `@unchecked Sendable`: everything mutable is touched by the loop's thread only, apart from what a lock or the queue
/// of ready requests guards.
final class ServerCore: @unchecked Sendable {
  let configuration: HTTPServerConfiguration
  let limits: Limits
  let router: Router
  let fallback: Route?
  let label: (@Sendable (HTTPServerResponse, HTTPHeaders) -> HTTPServerResponse)?
  let admit: (@Sendable (HTTPRequestHead) -> HTTPServerResponse?)?
  let logger: Logger
  let loop: EventLoop
  let tasks = TaskCounter()

  /// The time of the loop's present turn.
  private(set) var now = MonotonicTime.now()
  private(set) var connections: [Connection] = []
  private var daemon: Daemon?
  private var listener: Listener?
  private var isAccepting = false
  private var perAddress: [String: Int] = [:]
  /// The address of the socket that is being handed to the library.
  private var arriving = ""
  private var isSweeping = false
  private var isRunPosted = false
  var isStopping = false
  var stopDeadline = MonotonicTime.never
  var lingerEnd = MonotonicTime.never
  /// Called once the server is gone.
  var onStopped: () -> Void = {}

  private let counters = Mutex(HTTPServerStatistics())
  /// Requests for which something came from another thread; each at most once, so the connections bound it.
  /// Nil once the server is gone.
  private let ready = Mutex<[Exchange]?>([])
  private var batch: [Exchange] = []

  init(
    configuration: HTTPServerConfiguration, routes: [Route], fallback: Route?,
    label: (@Sendable (HTTPServerResponse, HTTPHeaders) -> HTTPServerResponse)?,
    admit: (@Sendable (HTTPRequestHead) -> HTTPServerResponse?)?, logger: Logger
  ) {
    self.configuration = configuration
    router = Router(routes)
    self.fallback = fallback
    self.label = label
    self.admit = admit
    self.logger = logger
    limits = Limits(configuration, routes)
    loop = EventLoop(name: "http-server")
  }

  // MARK: From any thread

  var statistics: HTTPServerStatistics { counters.withLock { $0 } }

  /// Has the loop look at a request; one wake-up serves all that come before it gets there.
  func wake(_ exchange: Exchange) {
    guard !exchange.isQueued.exchange(true, ordering: .acquiringAndReleasing) else { return }
    let isFirst = ready.withLock { ready in
      ready?.append(exchange)
      return ready?.count == 1
    }
    if isFirst { loop.post { self.advanceReady() } }
  }

  // MARK: On the loop

  /// Takes the listening socket and the library's daemon, and begins to serve.
  func serve(_ listener: Listener, _ daemon: Daemon) {
    self.listener = listener
    self.daemon = daemon
    loop.watch(daemon.descriptor, for: .readable) { _ in self.run() }
    resumeAccepting()
  }

  /// Lets the library work off what is ready.
  func run() {
    guard let daemon else { return }
    now = MonotonicTime.now()
    for _ in 0..<4 {
      daemon.run()
      guard daemon.hasPendingWork else { return }
    }
    // More is left: other jobs get their turn first. Once, although others run the library in between.
    guard !isRunPosted else { return }
    isRunPosted = true
    loop.post {
      self.isRunPosted = false
      self.run()
    }
  }

  private func advanceReady() {
    ready.withLock { ready in
      guard let waiting = ready else { return }
      ready = batch
      batch = waiting
    }
    now = MonotonicTime.now()
    for exchange in batch {
      exchange.isQueued.store(false, ordering: .releasing)
      exchange.advance()
    }
    batch.removeAll(keepingCapacity: true)
    run()
  }

  // MARK: Accepting

  private func resumeAccepting() {
    guard !isAccepting, let listener else { return }
    isAccepting = true
    loop.watch(listener.descriptor, for: .readable) { _ in self.accept(atMost: 64) }
  }

  private func pauseAccepting() {
    guard isAccepting, let listener else { return }
    isAccepting = false
    loop.unwatch(listener.descriptor)
  }

  private func accept(atMost limit: Int) {
    guard let listener, let daemon else { return }
    now = MonotonicTime.now()
    for _ in 0..<limit {
      guard connections.count < configuration.maxConnections else {
        pauseAccepting()
        return count { $0.acceptPauses += 1 }
      }
      switch listener.accept() {
      case .none: return
      case .exhausted:
        pauseAccepting()
        logger.warning("out of descriptors, accepting pauses", ["open": String(connections.count)])
        loop.schedule(after: configuration.acceptBackoff) { self.resumeAccepting() }
        return count { $0.acceptPauses += 1 }
      case .accepted(let accepted):
        guard perAddress[accepted.peer, default: 0] < configuration.maxConnectionsPerAddress else {
          accepted.refuse()
          count { $0.connectionsRefused += 1 }
          continue
        }
        arriving = accepted.peer
        daemon.add(accepted)
      }
    }
  }

  /// Takes what the kernel has accepted already, and closes the listening socket.
  func stopAccepting() {
    accept(atMost: configuration.backlog)
    pauseAccepting()
    listener = nil
  }

  // MARK: The library's calls

  func connectionStarted(_ connection: Connection) {
    connection.index = connections.count
    connections.append(connection)
    perAddress[connection.peerAddress, default: 0] += 1
    count {
      $0.connectionsOpen += 1
      $0.connectionsAccepted += 1
    }
    sweepLater()
  }

  func connectionEnded(_ connection: Connection) {
    connection.exchange?.complete(.disconnected)
    unwatch(connection)
    let last = connections.removeLast()
    if last !== connection {
      connections[connection.index] = last
      last.index = connection.index
    }
    let left = perAddress[connection.peerAddress, default: 1] - 1
    perAddress[connection.peerAddress] = left > 0 ? left : nil
    count { $0.connectionsOpen -= 1 }
    if !isStopping { resumeAccepting() }
  }

  func exchangeStarted(on connection: Connection, target: String) -> Exchange {
    connection.exchange?.complete(.malformed)
    let exchange = Exchange(core: self, connection: connection, target: target)
    connection.exchange = exchange
    connection.deadline = now &+ limits.header
    return exchange
  }

  /// The address of the connection that the library has just been given, and until when its first head has to come.
  var arrival: (peer: String, deadline: UInt64) { (arriving, now &+ limits.header) }

  // MARK: Deadlines

  func sweepLater() {
    guard !isSweeping else { return }
    isSweeping = true
    loop.schedule(after: isStopping ? .milliseconds(10) : limits.sweep) { self.sweep() }
  }

  private func sweep() {
    isSweeping = false
    now = MonotonicTime.now()
    for connection in connections {
      guard now < connection.deadline else {
        expire(connection)
        continue
      }
      guard let exchange = connection.exchange else { continue }
      if exchange.isSuspended || exchange.stage == .receiving { watch(connection) }
      exchange.sendHeartbeat()
    }
    if isStopping { advanceStop() }
    run()
    if !connections.isEmpty || isStopping { sweepLater() }
  }

  private func expire(_ connection: Connection) {
    if let exchange = connection.exchange { return exchange.expire() }
    connection.deadline = MonotonicTime.never
    connection.shutdown()
  }

  /// Looks out for the client's going away: the library does not while a connection is suspended, and misses an end
  /// that comes together with a piece of the body. Only what lasts over a sweep gets this far, so that quick answers cost
  /// no system call.
  private func watch(_ connection: Connection) {
    guard !connection.isWatched else { return }
    connection.isWatched = true
    loop.watch(connection.descriptor, for: .peerClosed) { _ in
      // Not for longer than once: with bytes left to read, the next sweep looks again.
      self.unwatch(connection)
      guard let exchange = connection.exchange, exchange.stage != .receiving || connection.isAtEnd else { return }
      exchange.leave()
      self.run()
    }
  }

  func unwatch(_ connection: Connection) {
    guard connection.isWatched else { return }
    connection.isWatched = false
    loop.unwatch(connection.descriptor)
  }

  // MARK: The end

  func stopDaemon() {
    guard let daemon else { return }
    loop.unwatch(daemon.descriptor)
    daemon.stop()
    self.daemon = nil
    // Answers come too late from now on; nothing may keep alive what holds the server.
    ready.withLock { $0 = nil }
  }

  // MARK: Counting

  func countRequest() {
    count {
      $0.requests += 1
      $0.requestsInFlight += 1
    }
  }

  func exchangeEnded(wasCounted: Bool, clientGone: Bool) {
    guard wasCounted else { return }
    count {
      $0.requestsInFlight -= 1
      if clientGone { $0.clientsGone += 1 }
    }
  }

  func countRefusal() { count { $0.requestsRefused += 1 } }
  func countDeadline() { count { $0.deadlinesPassed += 1 } }
  func countClientGone() { count { $0.clientsGone += 1 } }
  func countDroppedBody() { count { $0.bodiesDropped += 1 } }
  func countResponse(_ status: Int) { count { $0.responses[min(status / 100, 9)] += 1 } }

  private func count(_ change: (inout HTTPServerStatistics) -> Void) { counters.withLock { change(&$0) } }
}

internal import NativeThreads
internal import Telemetry

/// Keeps one connection up: connects, gives password and database, and begins anew after a failure, with back-off.
///
/// `@unchecked Sendable`: used on the loop's thread only.
final class RedisSession: @unchecked Sendable {
  /// The connection can be used.
  var onReady: () -> Void = {}
  var onReply: (RedisReply) -> Void = { _ in }
  /// The connection, or the try to make one, ended.
  var onDown: (RedisError) -> Void = { _ in }

  private let loop: EventLoop
  private let lookups: EventLoop
  private let configuration: RedisConfiguration
  private let logger: Logger
  private var connection: RedisConnection?
  private var phase = Phase.down
  private var failures = 0
  private var timer: EventLoop.Deadline?
  private var watchesWriting = false
  private var isLookingUp = false
  /// When something last came in.
  private(set) var lastHeard = ContinuousClock.now
  private var readySince = ContinuousClock.now

  private enum Phase: Equatable {
    case down, lookingUp, connecting
    /// Replies that the handshake still needs.
    case handshake(awaited: Int)
    case ready, closed
  }

  init(loop: EventLoop, lookups: EventLoop, configuration: RedisConfiguration, logger: Logger) {
    self.loop = loop
    self.lookups = lookups
    self.configuration = configuration
    self.logger = logger
  }

  var isReady: Bool { phase == .ready }

  func connect() {
    guard phase == .down else { return }
    phase = .lookingUp
    timer = loop.schedule(after: configuration.connectTimeout) { [weak self] in
      self?.fail(RedisError(.connectFailed, "no connection in time"))
    }
    // One at a time: a look-up that took longer than the try that began it serves a later one.
    guard !isLookingUp else { return }
    isLookingUp = true
    lookups.post { [weak self, loop, configuration] in
      let address = Result { () throws(RedisError) in try configuration.lookUp(configuration.endpoint.host) }
      loop.post { [weak self] in self?.connect(to: address) }
    }
  }

  private func connect(to address: Result<String, RedisError>) {
    isLookingUp = false
    guard phase == .lookingUp else { return }
    do {
      let connection = try RedisConnection(address: try address.get(), port: configuration.endpoint.port)
      phase = .connecting
      self.connection = connection
      watchesWriting = true
      loop.watch(connection.descriptor, for: [.readable, .writable]) { [weak self] in self?.handle($0) }
    } catch {
      fail(error)
    }
  }

  /// Adds commands; `flush` sends them.
  func append(_ bytes: [UInt8]) {
    do { try connection?.append(bytes) } catch { fail(error) }
  }

  func flush() {
    guard let connection, phase != .connecting else { return }
    do {
      let isDone = try connection.write()
      guard watchesWriting == isDone else { return }
      watchesWriting = !isDone
      loop.rewatch(connection.descriptor, for: isDone ? .readable : [.readable, .writable])
    } catch {
      fail(error)
    }
  }

  /// Gives the connection up, and makes another.
  func fail(_ error: RedisError) {
    guard phase != .closed else { return }
    let wasReady = isReady
    drop()
    phase = .down
    // A connection that did not last is one more failure, or what Redis always refuses would be asked for without a pause.
    if wasReady, ContinuousClock.now - readySince > configuration.backoff.most { failures = 0 }
    failures += 1
    if failures == 1 || wasReady {
      logger.warning("redis unreachable", ["endpoint": "\(configuration.endpoint)", "error": error.message])
    }
    let isConnectError = !wasReady
    timer = loop.schedule(after: configuration.backoff.delay(afterFailures: failures)) { [weak self] in
      self?.timer = nil
      self?.connect()
    }
    onDown(isConnectError ? RedisError(.connectFailed, error.message) : error)
  }

  func close() {
    drop()
    phase = .closed
  }

  private func drop() {
    if let timer { loop.cancel(timer) }
    timer = nil
    if let connection { loop.unwatch(connection.descriptor) }
    connection = nil
  }

  private func handle(_ readiness: Readiness) {
    if phase == .connecting {
      if let message = connection?.connectError() { return fail(RedisError(.connectFailed, message)) }
      beginHandshake()
    }
    if readiness.contains(.writable) { flush() }
    guard !readiness.isDisjoint(with: [.readable, .broken]), let connection else { return }
    do {
      try connection.read { reply in
        lastHeard = .now
        take(reply)
      }
    } catch {
      // A failure inside `take` may have replaced the connection already.
      if self.connection === connection { fail(error) }
    }
  }

  private func beginHandshake() {
    var pipeline = RedisPipeline()
    let endpoint = configuration.endpoint
    if let password = endpoint.password {
      if let user = endpoint.user { pipeline.append("AUTH", user, password) } else { pipeline.append("AUTH", password) }
    }
    if endpoint.database != 0 { pipeline.append("SELECT", String(endpoint.database)) }
    // Also the proof that Redis itself answers: a stopped one still has its connections accepted by the kernel.
    pipeline.append("PING")
    phase = .handshake(awaited: pipeline.count)
    append(pipeline.encoded)
    flush()
  }

  private func take(_ reply: RedisReply) {
    switch phase {
    case .ready: onReply(reply)
    case .handshake(let awaited):
      if case .error(let text) = reply {
        // The code alone: Redis may quote the command in the rest, and so the password.
        let code = String(text.prefix { $0 != " " })
        return fail(RedisError(.server(code: code), "Redis refused the connection: \(code)"))
      }
      guard awaited == 1 else {
        phase = .handshake(awaited: awaited - 1)
        return
      }
      if let timer { loop.cancel(timer) }
      timer = nil
      phase = .ready
      if failures > 0 { logger.notice("redis reachable", ["endpoint": "\(configuration.endpoint)"]) }
      readySince = .now
      onReady()
    case .down, .lookingUp, .connecting, .closed: break
    }
  }
}

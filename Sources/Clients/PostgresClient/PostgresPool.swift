internal import NativeThreads
internal import Synchronization
public import Telemetry

/// A pool of connections to one database, opened as they are needed, lent in the order in which they were asked for.
///
/// One event loop drives all of them; two more threads look names up and send requests to cancel, which block. All of
/// them live until `shutDown`.
public final class PostgresPool: Sendable {
  private typealias Lending = Result<PostgresConnection, PostgresError>

  private struct State {
    var pool: PoolState<PostgresConnection>
    var continuations: [UInt64: CheckedContinuation<Lending, Never>] = [:]
    var lastCaller: UInt64 = 0
    var isExpiryPlanned = false
    var drained: [CheckedContinuation<Void, Never>] = []
    var isStopped = false
  }

  public let configuration: PostgresConfiguration
  private let options: ConnectionOptions
  private let logger: Logger
  private let loop = EventLoop(name: "postgres")
  // Threads for what blocks. A request to cancel that hangs must not hold up what replaces the lost connections.
  private let lookups = EventLoop(name: "postgres-names")
  private let cancels = EventLoop(name: "postgres-cancel")
  private let state: Mutex<State>

  /// - Throws: `PostgresError` of the kind `.configuration` for a connection string that cannot be read. No connection
  ///   is opened yet.
  public init(configuration: PostgresConfiguration, logger: Logger) throws(PostgresError) {
    options = try ConnectionOptions(configuration)
    self.configuration = configuration
    self.logger = logger
    let pool = PoolState<PostgresConnection>(size: configuration.size, waitingLimit: configuration.waitingLimit)
    state = Mutex(State(pool: pool))
  }

  /// How many connections were opened so far: the newest one's generation. When it grows, the server
  /// may be another one.
  public var generation: Int { state.withLock { $0.pool.generation } }

  public struct Counts: Sendable, Equatable {
    public let idle: Int
    public let lent: Int
    public let waiting: Int
  }

  public var counts: Counts {
    state.withLock { Counts(idle: $0.pool.idleCount, lent: $0.pool.lentCount, waiting: $0.pool.waiting) }
  }

  // MARK: Lending

  /// Lends a connection to `body`, which must not keep it. A transaction that `body` leaves open is rolled back;
  /// settings of the session (`SET`, advisory locks, temporary tables) stay.
  /// - Throws: `PostgresError` if there is none (`.poolExhausted`, `.connection` …), else what `body` throws.
  @discardableResult
  public func withConnection<R>(_ body: (PostgresConnection) async throws -> R) async throws -> R {
    let connection = try await borrow()
    do {
      let result = try await body(connection)
      await giveBack(connection)
      return result
    } catch {
      await giveBack(connection)
      throw error
    }
  }

  private func borrow() async throws(PostgresError) -> PostgresConnection {
    guard !Task.isCancelled else { throw PostgresError(.cancelled, "the task was cancelled") }
    let (stale, connection) = state.withLock {
      ($0.pool.closeIdle(since: .now - configuration.idleLimit), $0.pool.takeIdle())
    }
    perform(stale)
    if let connection { return connection }
    let id = state.withLock { state in
      state.lastCaller += 1
      return state.lastCaller
    }
    let lending = await withTaskCancellationHandler {
      await withCheckedContinuation { enqueue(id, $0) }
    } onCancel: {
      let continuation = state.withLock { $0.pool.withdraw(id) ? $0.continuations.removeValue(forKey: id) : nil }
      continuation?.resume(returning: .failure(PostgresError(.cancelled, "the task was cancelled")))
    }
    return try lending.get()
  }

  private func enqueue(_ id: UInt64, _ continuation: CheckedContinuation<Lending, Never>) {
    let actions: [PoolState<PostgresConnection>.Action] = state.withLock { state in
      state.continuations[id] = continuation
      // Cancelled before it was in the queue, where nobody could withdraw it.
      if Task.isCancelled { return [.refuse(id, PostgresError(.cancelled, "the task was cancelled"))] }
      return state.pool.wait(id, until: .now + configuration.acquireTimeout)
    }
    perform(actions)
    planExpiry()
  }

  private func giveBack(_ connection: PostgresConnection) async {
    var isUsable = connection.condition == .clean
    if !isUsable { isUsable = await connection.settle() }
    perform(state.withLock { isUsable ? $0.pool.giveBack(connection, at: .now) : $0.pool.discard() })
  }

  // MARK: Doing what the state asks for

  private func perform(_ actions: [PoolState<PostgresConnection>.Action]) {
    for action in actions {
      switch action {
      case .lend(let connection, let id): resume(id, .success(connection))
      case .refuse(let id, let error): resume(id, .failure(error))
      case .open: open()
      case .close(let connection): loop.post { connection.assumeIsolated { $0.close() } }
      case .backOff(let failures): backOff(failures)
      case .drained:
        let waiting = state.withLock { state in
          defer { state.drained = [] }
          return state.drained
        }
        for continuation in waiting { continuation.resume() }
      }
    }
  }

  private func resume(_ id: UInt64, _ lending: Lending) {
    state.withLock { $0.continuations.removeValue(forKey: id) }?.resume(returning: lending)
  }

  private func open() {
    ConnectAttempt.start(options, timeout: configuration.connectTimeout, on: loop, lookups: lookups) { [self] in
      switch $0 {
      case .success(let libpq):
        let actions = state.withLock { $0.pool.opened(at: .now) { connection(libpq, generation: $0) } }
        perform(actions)
      case .failure(let error):
        let (actions, failures) = state.withLock { ($0.pool.openFailed(error), $0.pool.failures) }
        // The first of a row is news; the others would fill the log of an outage.
        logger.log(failures == 1 ? .warning : .debug, "database connection failed", ["error": error.description])
        perform(actions)
      }
    }
  }

  private func connection(_ libpq: LibpqConnection, generation: Int) -> PostgresConnection {
    let connection = PostgresConnection(
      libpq, generation: generation, limits: configuration, loop: loop, cancels: cancels
    ) { [weak self] connection in
      guard let self, state.withLock({ $0.pool.lost(connection) }) else { return }
      logger.notice("database connection lost while idle", ["generation": "\(generation)"])
    }
    loop.post { connection.assumeIsolated { $0.watchIdle() } }
    return connection
  }

  private func backOff(_ failures: Int) {
    let pause = configuration.backoff.delay(afterFailures: failures)
    loop.post { [self] in
      loop.schedule(after: pause) { self.perform(self.state.withLock { $0.pool.backOffEnded() }) }
    }
  }

  /// One deadline, for the caller that waits longest, serves the whole queue.
  private func planExpiry() {
    let due = state.withLock { state -> ContinuousClock.Instant? in
      guard !state.isExpiryPlanned, let due = state.pool.nextDue else { return nil }
      state.isExpiryPlanned = true
      return due
    }
    guard let due else { return }
    loop.post { [self] in
      loop.schedule(after: ContinuousClock.now.duration(to: due)) {
        let actions = self.state.withLock { state in
          state.isExpiryPlanned = false
          return state.pool.expire(at: .now)
        }
        self.perform(actions)
        self.planExpiry()
      }
    }
  }

  // MARK: Ending

  /// Refuses new callers, waits until the lent connections are back, closes everything and ends the threads (those for
  /// what blocks once that is over). Cancel the
  /// tasks that hold connections first if they should not be waited for.
  public func shutDown() async {
    await withCheckedContinuation { continuation in
      let actions = state.withLock { state in
        state.drained.append(continuation)
        return state.pool.shutDown()
      }
      perform(actions)
    }
    guard
      state.withLock({ state in
        defer { state.isStopped = true }
        return !state.isStopped
      })
    else { return }
    // Its last job done, the thread ends at once: joining it does not block.
    await withCheckedContinuation { continuation in loop.post { continuation.resume() } }
    loop.stop()
    // What these do may hang with a server or network that is gone, and is of no use any more: they end by themselves.
    for thread in [lookups, cancels] { thread.post { thread.stop() } }
  }
}

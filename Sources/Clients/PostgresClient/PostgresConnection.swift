internal import NativeThreads
internal import Synchronization

/// One connection to the database, lent by a `PostgresPool`.
///
/// It runs on the pool's event loop, whose thread alone touches libpq. It serves one call at a time; a second one, made
/// while the first waits, is refused.
public actor PostgresConnection {
  /// Why the call under way is to end before its time.
  enum Interruption { case cancelled, timedOut }
  /// What the pool may do with the connection when it comes back.
  enum Condition: UInt8 { case clean, unsettled, broken }
  enum Mode { case idle, copyIn, copyOut }

  /// Grows with each connection that the pool opens. Another one than before means that the server may be another one,
  /// which may lack the last commits of the one before.
  public nonisolated let generation: Int
  public nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  nonisolated let loop: EventLoop
  /// The thread on which requests to cancel wait for the server.
  private nonisolated let cancels: EventLoop
  let limits: PostgresConfiguration
  let libpq: LibpqConnection
  let watch: SocketWatch
  var prepared: PreparedStatements
  /// Where a COPY stands between two calls.
  var mode = Mode.idle
  private(set) var interruption: Interruption?

  private nonisolated let conditionCode = Atomic(Condition.clean.rawValue)
  private nonisolated let onLost: @Sendable (PostgresConnection) -> Void
  private var isInCall = false
  private var callNumber: UInt64 = 0
  /// Whether a request to cancel is on its way: until it has arrived, another statement could be hit by it.
  private var isCancelling = false
  private var waiter: CheckedContinuation<Void, Never>?
  private var timers: [EventLoop.Deadline] = []

  /// - Parameter onLost: called once when the connection breaks while no call is under way.
  init(
    _ libpq: LibpqConnection, generation: Int, limits: PostgresConfiguration, loop: EventLoop, cancels: EventLoop,
    onLost: @escaping @Sendable (PostgresConnection) -> Void
  ) {
    self.libpq = libpq
    self.generation = generation
    self.limits = limits
    self.loop = loop
    self.cancels = cancels
    self.onLost = onLost
    watch = SocketWatch(on: loop)
    prepared = PreparedStatements(limit: limits.preparedLimit)
  }

  nonisolated var condition: Condition {
    Condition(rawValue: conditionCode.load(ordering: .acquiring)) ?? .broken
  }

  // MARK: A call

  /// Runs one exchange with the server, within its time limit, and interrupts it when the task is cancelled.
  /// - Parameters:
  ///   - timeout: nil for a little more than the server's own time-out for statements.
  ///   - isShielded: whether it runs to its end although the task is cancelled.
  func call<Value: Sendable>(
    timeout: Duration?, isShielded: Bool = false, _ body: () async throws(PostgresError) -> Value
  ) async throws(PostgresError) -> Value {
    try enter(isShielded: isShielded)
    let number = callNumber
    interrupt(after: timeout ?? limits.statementTimeout + limits.cancelTimeout, number)
    let outcome: Result<Value, PostgresError>
    if isShielded {
      outcome = await Self.capture(body)
    } else {
      outcome = await withTaskCancellationHandler {
        await Self.capture(body)
      } onCancel: {
        loop.post { self.assumeIsolated { $0.interrupt(.cancelled, call: number) } }
      }
    }
    while isCancelling, !libpq.isBroken { await waitForCancelRequest() }
    let reason = interruption
    leave()
    guard case .failure(var error) = outcome else { return try outcome.get() }
    if let reason { error = interrupted(reason, error) }
    throw error
  }

  private func enter(isShielded: Bool) throws(PostgresError) {
    guard !isInCall else {
      throw PostgresError(.protocolViolation, "the connection is in the middle of another call")
    }
    guard !libpq.isBroken else { throw PostgresError(.connection, "the connection was lost") }
    guard isShielded || !Task.isCancelled else { throw PostgresError(.cancelled, "the task was cancelled") }
    isInCall = true
    callNumber += 1
    watch.disarm()
  }

  private func leave() {
    for timer in timers { loop.cancel(timer) }
    timers.removeAll(keepingCapacity: true)
    interruption = nil
    isInCall = false
    if libpq.isBroken {
      setCondition(.broken)
      watch.disarm()
      libpq.close()
    } else if mode == .idle {
      setCondition(libpq.isOutsideTransaction ? .clean : .unsettled)
      watchIdle()
    } else {
      setCondition(.unsettled)
    }
  }

  private static func capture<Value>(
    _ body: () async throws(PostgresError) -> Value
  ) async -> Result<Value, PostgresError> {
    do { return .success(try await body()) } catch { return .failure(error) }
  }

  private func interrupted(_ reason: Interruption, _ error: PostgresError) -> PostgresError {
    // A lost COMMIT stays unknown, whatever made the wait for it end, and an error of another kind came first.
    guard error.kind != .commitUnknown, error.sqlstate == nil || error.sqlstate == "57014" else { return error }
    var other = error
    other.kind = reason == .cancelled ? .cancelled : .timeout
    other.message = reason == .cancelled ? "the task was cancelled" : "the call took longer than its limit"
    return other
  }

  // MARK: Interrupting

  private func interrupt(after timeout: Duration, _ number: UInt64) {
    timers.append(loop.schedule(after: timeout) { self.interrupt(.timedOut, call: number) })
  }

  /// Ends the call under way early: the server is asked to cancel, and has so long to answer before the connection is
  /// closed.
  private func interrupt(_ reason: Interruption, call number: UInt64) {
    guard isInCall, number == callNumber, interruption == nil else { return }
    interruption = reason
    timers.append(loop.schedule(after: limits.cancelTimeout) { self.abandon(call: number) })
    if mode == .copyIn { resume() } else { requestCancel() }
  }

  /// Asks the server to cancel what it is doing.
  func requestCancel() {
    guard !isCancelling, let request = libpq.cancelRequest() else { return }
    isCancelling = true
    cancels.post { [self, loop] in
      // Given up meanwhile, while requests before this one hung.
      if condition != .broken { request.send() }
      loop.post {
        self.assumeIsolated {
          $0.isCancelling = false
          $0.resume()
        }
      }
    }
  }

  private func abandon(call number: UInt64) {
    guard isInCall, number == callNumber else { return }
    close()
    resume()
  }

  // MARK: Waiting

  /// Waits until the socket is ready, the call is interrupted, or the connection is closed.
  func wait(for events: Readiness) async {
    await withCheckedContinuation { continuation in
      // Other jobs of the loop may run before an `await` has suspended, so the last look at what could end the wait,
      // and the watch itself, belong in here.
      guard !libpq.isBroken, mode != .copyIn || interruption == nil else { return continuation.resume() }
      waiter = continuation
      watch.arm(libpq.socket, for: events) { self.resume() }
    }
    watch.disarm()
  }

  /// Waits until a request to cancel has arrived, or the connection is closed.
  private func waitForCancelRequest() async {
    await withCheckedContinuation { continuation in
      guard isCancelling, !libpq.isBroken else { return continuation.resume() }
      waiter = continuation
    }
  }

  private func resume() {
    let waiter = waiter
    self.waiter = nil
    waiter?.resume()
  }

  /// While idle, what comes is a parameter's change, a notice, or the connection's end.
  func watchIdle() {
    guard !isInCall, condition != .broken else { return }
    watch.arm(libpq.socket, for: .readable) {
      if self.libpq.consumeInput(), !self.libpq.isBroken { return self.watchIdle() }
      self.close()
      self.onLost(self)
    }
  }

  // MARK: Closing

  /// Closes the connection, which also ends its session's settings and locks; the pool opens another when it needs one.
  /// A call under way ends with an error.
  public func close() {
    watch.disarm()
    libpq.close()
    setCondition(.broken)
  }

  private func setCondition(_ condition: Condition) { conditionCode.store(condition.rawValue, ordering: .releasing) }
}

internal import NativeThreads
internal import Synchronization
public import Telemetry

/// Speaks to one Redis server over few connections, pipelined: hiredis on one thread. Another looks names up.
///
/// Every call has a time budget, and a circuit breaker stands before all, so that a dead Redis costs its callers next to
/// nothing. A call whose task is cancelled still runs to its end, which its time budget bounds.
public final class RedisClient: Sendable {
  private struct State {
    var inbox: [RedisBatch] = []
    var openCommands = 0
    var breaker: CircuitBreaker
    var lastSubscription: UInt64 = 0
    /// No more calls are taken.
    var isStopping = false
    /// Who waits for the stop; nil once it was reached.
    var stopWaiters: [CheckedContinuation<Void, Never>]? = []
  }

  private let configuration: RedisConfiguration
  private let loop: EventLoop
  private let lookups: EventLoop
  private let engine: RedisEngine
  private let state: Mutex<State>
  private let logger: Logger
  let scripts = ScriptDigests()

  public init(configuration: RedisConfiguration, logger: Logger) {
    self.configuration = configuration
    self.logger = logger
    loop = EventLoop(name: "redis")
    lookups = EventLoop(name: "redis-names")
    engine = RedisEngine(loop: loop, lookups: lookups, configuration: configuration, logger: logger)
    state = Mutex(State(breaker: CircuitBreaker(policy: configuration.breaker)))
    loop.post { [engine, weak self] in engine.start { self?.ended($0, $1) } }
  }

  deinit {
    loop.post { [engine] in engine.shutDown() }
    endThreads()
  }

  /// What the circuit breaker thinks of Redis.
  public var circuit: CircuitBreaker.State { state.withLock { $0.breaker.state } }

  /// How many commands were taken and have no result yet.
  public var openCommands: Int { state.withLock { $0.openCommands } }

  /// Sends commands together, and hands over their replies, error replies among them, in the commands' order.
  ///
  /// - Parameters:
  ///   - budget: how long it may take; the configuration's when nil.
  ///   - completion: called once: on the client's thread, where it must not block, or, when the call is refused
  ///     (`.circuitOpen`, `.overloaded`, `.stopped`), on the caller's before this method returns.
  public func submit(
    _ pipeline: RedisPipeline, within budget: Duration? = nil,
    completion: @escaping @Sendable (Result<[RedisReply], RedisError>) -> Void
  ) {
    guard pipeline.count > 0 else { return completion(.success([])) }
    let now = ContinuousClock.now
    let deadline = now + (budget ?? configuration.timeBudget)
    var isFirst = false
    let refusal = state.withLock { state -> RedisError? in
      if state.isStopping { return RedisError(.stopped, "the Redis client was stopped") }
      guard state.openCommands + pipeline.count <= configuration.commandsInFlight else {
        return RedisError(.overloaded, "too many open commands")
      }
      guard let ticket = state.breaker.admit(at: now) else {
        return RedisError(.circuitOpen, "Redis failed often of late")
      }
      state.openCommands += pipeline.count
      isFirst = state.inbox.isEmpty
      state.inbox.append(RedisBatch(pipeline, deadline: deadline, ticket: ticket, completion: completion))
      return nil
    }
    if let refusal { return completion(.failure(refusal)) }
    if isFirst { loop.post { [self] in engine.submit(takeInbox()) } }
  }

  /// Sends commands together, and gives their replies, error replies among them, in the commands' order.
  public func execute(_ pipeline: RedisPipeline, within budget: Duration? = nil) async throws(RedisError)
    -> [RedisReply]
  {
    let result = await withCheckedContinuation {
      (waiter: CheckedContinuation<Result<[RedisReply], RedisError>, Never>) in
      submit(pipeline, within: budget) { waiter.resume(returning: $0) }
    }
    return try result.get()
  }

  /// Hears what is published on `channels`, over a connection of its own that is made again whenever it breaks.
  ///
  /// - Parameter onEvents: called on the client's thread, where it must not block, with what came together.
  public func subscribe(
    to channels: [String], onEvents: @escaping @Sendable ([RedisEvent]) -> Void
  ) -> RedisSubscription {
    let id = state.withLock { state in
      state.lastSubscription += 1
      return state.lastSubscription
    }
    if !channels.isEmpty { loop.post { [engine] in engine.subscribe(id, channels, onEvents) } }
    return RedisSubscription { [loop, engine] in loop.post { engine.unsubscribe(id) } }
  }

  /// Refuses new calls, waits up to `limit` for the open ones, ends the rest with `.stopped`, and ends the thread.
  public func stop(within limit: Duration) async {
    await withCheckedContinuation { (stopped: CheckedContinuation<Void, Never>) in
      let isFirst = state.withLock { state in
        if state.stopWaiters == nil { stopped.resume() } else { state.stopWaiters?.append(stopped) }
        defer { state.isStopping = true }
        return !state.isStopping
      }
      guard isFirst else { return }
      loop.post { [self] in
        // What was taken just before may have its wake-up behind this one.
        engine.submit(takeInbox())
        engine.whenIdle(within: limit) { [self] in
          engine.shutDown()
          let waiters = state.withLock { state in
            defer { state.stopWaiters = nil }
            return state.stopWaiters ?? []
          }
          for waiter in waiters { waiter.resume() }
        }
      }
    }
    endThreads()
  }

  private func endThreads() {
    // The thread has nothing left to do but return, so this wait is no blocking to speak of.
    loop.stop()
    // Nobody waits for this one, since a look-up may hang; it ends by itself.
    lookups.post { [lookups] in lookups.stop() }
  }

  private func takeInbox() -> [RedisBatch] {
    state.withLock { state in
      var taken: [RedisBatch] = []
      swap(&taken, &state.inbox)
      return taken
    }
  }

  /// On the loop's thread, before the batch's completion.
  private func ended(_ batch: RedisBatch, _ error: RedisError?) {
    let now = ContinuousClock.now
    let (before, after) = state.withLock { state in
      let before = state.breaker.state
      state.openCommands -= batch.count
      if let error, !error.isFailureOfRedis {
        state.breaker.forget(batch.ticket)
      } else {
        state.breaker.record(batch.ticket, success: error == nil, at: now)
      }
      return (before, state.breaker.state)
    }
    if before == .closed, after == .open {
      logger.warning("redis circuit opened", ["error": "\(error?.message ?? "")"])
    }
    if before != .closed, after == .closed { logger.notice("redis circuit closed") }
  }
}

/// A subscription. It ends by `cancel`, or with its client.
public struct RedisSubscription: Sendable {
  private let onCancel: @Sendable () -> Void
  init(onCancel: @escaping @Sendable () -> Void) { self.onCancel = onCancel }

  /// Ends it; what came before may still be handed over, then `disconnected`.
  public func cancel() { onCancel() }
}

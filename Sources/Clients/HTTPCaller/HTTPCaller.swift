internal import NativeThreads
internal import Synchronization
public import Telemetry

/// Calls other services over HTTP/1.1 and HTTP/2: libcurl on one thread, with kept-alive connections.
///
/// Batches go through a `submitter`; `call` is the same for a single request. Redirects are answers, no cookie is kept,
/// nothing is taken from the environment unless the configuration says so.
public final class HTTPCaller: Sendable {
  private let loop: EventLoop
  private let intake: CallIntake
  private let engine: CallEngine
  private let single: SingleCalls
  private let stopState = Mutex(StopState())

  private struct StopState {
    var hasBegun = false
    /// Who waits for the end; nil once it was reached.
    var waiters: [CheckedContinuation<Void, Never>]? = []
  }

  public init(configuration: HTTPCallerConfiguration = HTTPCallerConfiguration(), logger: Logger) {
    let loop = EventLoop(name: "http-caller")
    let engine = CallEngine(loop: loop, configuration: configuration, logger: logger)
    let intake = CallIntake(capacity: configuration.callsInFlight + configuration.callsWaiting) { intake in
      loop.post { engine.handle(intake.drain(), isStopping: intake.isStopping) }
    }
    loop.post { engine.onCompleted = { [weak intake] in intake?.completed($0) } }
    self.loop = loop
    self.engine = engine
    self.intake = intake
    single = SingleCalls(intake: intake)
  }

  deinit {
    loop.post { [engine, intake] in engine.shutDown(intake.close()) }
    loop.stop()
  }

  /// A door for calls whose completions go to `sink`, many at a time. See `HTTPSubmitter.submit`.
  public func submitter(_ sink: @escaping @Sendable ([HTTPCompletion]) -> Void) -> HTTPSubmitter {
    HTTPSubmitter(intake: intake, sink: sink)
  }

  /// Sends one request and waits for its answer. Cancelling the task ends the call.
  public func call(_ request: HTTPRequest) async throws(HTTPCallError) -> HTTPResponse {
    try await single.call(request).get()
  }

  /// Whether `stop` was called: new calls are refused.
  public var isStopping: Bool { intake.isStopping }

  /// How many calls were accepted and have no result yet.
  public var openCalls: Int { intake.openCalls }

  /// Refuses new calls, waits up to `limit` for the open ones, cancels the rest, and ends the thread.
  public func stop(within limit: Duration) async {
    intake.beginStop()
    await withCheckedContinuation { (stopped: CheckedContinuation<Void, Never>) in
      let isFirst = stopState.withLock { state in
        state.waiters?.append(stopped)
        if state.waiters == nil { stopped.resume() }
        defer { state.hasBegun = true }
        return !state.hasBegun
      }
      guard isFirst else { return }
      loop.post { [self] in
        engine.whenIdle(within: limit) { [self] in
          engine.shutDown(intake.close())
          let waiters = stopState.withLock { state in
            defer { state.waiters = nil }
            return state.waiters ?? []
          }
          for waiter in waiters { waiter.resume() }
        }
      }
    }
    // The thread has nothing left to do but return, so this wait is no blocking to speak of.
    loop.stop()
  }
}

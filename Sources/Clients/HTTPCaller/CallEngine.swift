internal import NativeThreads
internal import Telemetry

/// Carries the calls out, on the loop's thread: starts what may start, ends what must end, hands results over in batches.
///
/// `@unchecked Sendable`: every method but `init` runs on the loop's thread, which `EventLoop` checks at each deadline,
/// and `MultiHandle` at each use.
final class CallEngine: @unchecked Sendable {
  private let loop: EventLoop
  private let configuration: HTTPCallerConfiguration
  private let multi: MultiHandle
  private let logger: Logger
  private var queues: HostQueues<OpenCall>
  private var running: [ObjectIdentifier: OpenCall] = [:]
  private var waiting = 0
  private var spare: [EasyHandle] = []
  /// Submitters with completions of this turn.
  private var unflushed: [HTTPSubmitter] = []
  private var isFlushPosted = false
  private var completedSinceFlush = 0
  /// What `stop` waits to do.
  private var onIdle: (() -> Void)?
  private var isDown = false

  init(loop: EventLoop, configuration: HTTPCallerConfiguration, logger: Logger) {
    self.loop = loop
    self.configuration = configuration
    self.logger = logger
    multi = MultiHandle(loop: loop, idleConnections: configuration.idleConnections)
    queues = HostQueues(limit: configuration.callsInFlight, limitPerHost: configuration.callsPerHost)
    multi.onEnd = { [unowned self] in transferEnded($0, $1) }
  }

  /// Must be set before the first call: says how many calls were completed since it was last called.
  var onCompleted: (Int) -> Void = { _ in }

  func handle(_ batch: CallIntake.Batch, isStopping: Bool) {
    for call in batch.calls { admit(call) }
    startWhatMay()
    for call in batch.calls { expireWhileWaiting(call) }
    let refusal =
      isStopping
      ? HTTPCallError(.stopped, "the HTTP client is being stopped")
      : HTTPCallError(.overloaded, "too many open calls")
    for call in batch.refused { end(call, .failure(refusal), wasAccepted: false) }
    for (submitter, id) in batch.cancellations {
      if let call = submitter.open[id] { cancel(call, "cancelled by the caller") }
    }
  }

  // MARK: Starting

  private func admit(_ call: OpenCall) {
    guard let request = call.request else { return }
    do {
      let host = try RequestCheck.host(of: request)
      call.host = host
      call.submitter.open[call.id] = call
      waiting += 1
      queues.add(call, to: host)
    } catch {
      end(call, .failure(error))
    }
  }

  private func startWhatMay() {
    guard waiting > 0 else { return }
    let now = ContinuousClock.now
    var started = false
    while let (call, host) = queues.next() {
      guard !call.hasEnded, let request = call.request else {
        queues.finished(host)
        continue
      }
      leaveQueue(call)
      let remaining = call.deadline - now
      guard remaining > .zero else {
        queues.finished(host)
        end(call, .failure(HTTPCallError(.timeout(.queue), "no connection was free in time")))
        continue
      }
      do {
        let easy = try start(request, within: remaining)
        call.state = .running(easy, host)
        call.request = nil
        running[ObjectIdentifier(easy)] = call
        started = true
      } catch {
        queues.finished(host)
        end(call, .failure(error))
      }
    }
    if started { multi.kick() }
  }

  private func start(_ request: HTTPRequest, within timeout: Duration) throws(HTTPCallError) -> EasyHandle {
    let easy: EasyHandle
    if let reused = spare.popLast() { easy = reused } else { easy = try EasyHandle(configuration, multi) }
    try easy.prepare(request, timeout: timeout, connectTimeout: request.connectTimeout ?? configuration.connectTimeout)
    try multi.add(easy)
    return easy
  }

  private func leaveQueue(_ call: OpenCall) {
    waiting -= 1
    if case .waitingUntil(let deadline) = call.state { loop.cancel(deadline) }
  }

  private func expireWhileWaiting(_ call: OpenCall) {
    guard case .waiting = call.state else { return }
    call.state = .waitingUntil(
      loop.schedule(after: call.deadline - .now) { [weak self] in
        self?.endWaiting(call, HTTPCallError(.timeout(.queue), "no connection was free in time"))
      })
  }

  // MARK: Ending

  private func transferEnded(_ easy: EasyHandle, _ error: HTTPCallError?) {
    guard let call = running.removeValue(forKey: ObjectIdentifier(easy)), case .running(_, let host) = call.state
    else { return }
    queues.finished(host)
    end(call, error.map { .failure($0) } ?? easy.response())
    recycle(easy)
  }

  private func cancel(_ call: OpenCall, _ reason: String) {
    guard case .running(let easy, let host) = call.state else {
      return endWaiting(call, HTTPCallError(.cancelled, reason))
    }
    let error = HTTPCallError(.cancelled, reason, mayHaveReachedServer: easy.mayHaveSent)
    multi.remove(easy)
    running[ObjectIdentifier(easy)] = nil
    queues.finished(host)
    end(call, .failure(error))
    recycle(easy)
  }

  private func endWaiting(_ call: OpenCall, _ error: HTTPCallError) {
    guard !call.hasEnded else { return }
    leaveQueue(call)
    end(call, .failure(error))
    if let host = call.host { queues.trim(host) { $0.hasEnded } }
  }

  private func recycle(_ easy: EasyHandle) {
    easy.forget()
    if spare.count < configuration.spareHandles { spare.append(easy) }
  }

  private func end(_ call: OpenCall, _ result: Result<HTTPResponse, HTTPCallError>, wasAccepted: Bool = true) {
    call.state = .ended
    call.request = nil
    let submitter = call.submitter
    if submitter.open[call.id] === call { submitter.open[call.id] = nil }
    if submitter.completions.isEmpty { unflushed.append(submitter) }
    submitter.completions.append(
      HTTPCompletion(id: call.id, result: result, duration: .now - call.submitted))
    if wasAccepted { completedSinceFlush += 1 }
    postFlush()
  }

  // MARK: Handing over

  /// One turn of the loop handles every connection that is ready; what ended in it is handed over at its end, together.
  private func postFlush() {
    guard !isFlushPosted, !isDown else { return }
    isFlushPosted = true
    loop.post { [self] in
      isFlushPosted = false
      startWhatMay()
      flush()
    }
  }

  private func flush() {
    if completedSinceFlush > 0 { onCompleted(completedSinceFlush) }
    completedSinceFlush = 0
    var submitters: [HTTPSubmitter] = []
    swap(&submitters, &unflushed)
    for submitter in submitters { submitter.flush() }
    if running.isEmpty, waiting == 0, let idle = onIdle {
      onIdle = nil
      idle()
    }
  }

  // MARK: Stopping

  /// Calls `action` when no call is open, at the latest after `limit`.
  func whenIdle(within limit: Duration, _ action: @escaping () -> Void) {
    guard !running.isEmpty || waiting > 0 else { return action() }
    onIdle = action
    loop.schedule(after: limit) { [weak self] in
      guard let self, let action = onIdle else { return }
      onIdle = nil
      action()
    }
  }

  /// Ends what is still open, and lets go of libcurl.
  func shutDown(_ last: CallIntake.Batch) {
    guard !isDown else { return }
    isDown = true
    let aborted = running.count + waiting
    let reason = "the HTTP client was stopped"
    for call in running.values { cancel(call, reason) }
    while let (call, host) = queues.next() {
      queues.finished(host)
      endWaiting(call, HTTPCallError(.cancelled, reason))
    }
    for call in last.calls { end(call, .failure(HTTPCallError(.stopped, reason))) }
    for call in last.refused { end(call, .failure(HTTPCallError(.stopped, reason)), wasAccepted: false) }
    if aborted > 0 { logger.warning("HTTP client stopped with open calls", ["calls": "\(aborted)"]) }
    spare.removeAll()
    multi.close()
    flush()
  }
}

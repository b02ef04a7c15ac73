internal import Glibc
internal import NativeThreads
public import Telemetry

/// Runs services together: started in order, stopped in reverse order, all of them when the first one fails.
///
/// A stop has two stages. First each service, from the last to the first, is asked to take in nothing more and to finish.
/// When the grace period is over, those that are left are cancelled.
public struct ServiceGroup: Sendable {
  /// Ends the group in good order when requested; the signals do just that.
  public let shutdown = GracefulShutdown()

  let services: [any Service]
  private let signals: [StopSignal]
  let gracePeriod: Duration
  let cancelPeriod: Duration
  let logger: Logger
  let onStarted: @Sendable () -> Void
  let forceExit: @Sendable (_ status: Int32) -> Void

  /// - Parameters:
  ///   - signals: what asks the process to end. One group at a time may hear a signal.
  ///   - gracePeriod: how long all services together may take to finish.
  ///   - cancelPeriod: how long cancelled services may take to end, before the process is ended.
  ///   - onStarted: called once all services are ready.
  ///   - forceExit: ends the process at a second signal (status 128 + its number), or when cancelled services hang
  ///     (status 1).
  public init(
    _ services: [any Service], signals: [StopSignal] = [.terminate, .interrupt], gracePeriod: Duration = .seconds(30),
    cancelPeriod: Duration = .seconds(10), logger: Logger, onStarted: @escaping @Sendable () -> Void = {},
    forceExit: @escaping @Sendable (_ status: Int32) -> Void = { endProcess($0) }
  ) {
    self.services = services
    self.signals = signals
    self.gracePeriod = gracePeriod
    self.cancelPeriod = cancelPeriod
    self.logger = logger
    self.onStarted = onStarted
    self.forceExit = forceExit
  }

  /// Ends the process at once, without any clean-up.
  public static func endProcess(_ status: Int32) { _exit(status) }

  /// Runs the services to their end.
  /// - Throws: the first failure, when everything has stopped.
  public func run() async throws(ServiceFailure) {
    let (events, sender) = AsyncStream.makeStream(of: GroupCore.Event.self)
    // Signals and deadlines come from a thread of their own, so that they also come when Swift's pool is held up.
    let loop = EventLoop(name: "lifecycle")
    defer { loop.stop() }
    await listen(on: loop)
    let registration = shutdown.onRequest { sender.yield(.stopRequested) }
    defer { shutdown.remove(registration) }

    let failure = await withTaskGroup(of: Void.self) { group in
      var core = GroupCore(services.map { ($0.name, $0.whenFinished) })
      let shell = GroupShell(self, requests: services.map { _ in GracefulShutdown() }, loop: loop, sender: sender)
      shell.perform(core.begin(), in: &group)
      for await event in events {
        shell.log(event)
        shell.perform(core.handle(event), in: &group)
      }
      group.cancelAll()
      // The events end without an end of the services only when this task is cancelled.
      return core.failure
        ?? (core.isFinished ? nil : ServiceFailure(code: .cancelled, service: "the service group", cause: nil))
    }
    if let failure { throw failure }
  }

  /// Returns once signals are heard, before the first service starts.
  private func listen(on loop: EventLoop) async {
    guard !signals.isEmpty else { return }
    await withCheckedContinuation { continuation in
      loop.post { [signals, shutdown, logger, forceExit] in
        loop.watchSignals(signals.map(\.number)) { signal in
          if shutdown.isRequested {
            forceExit(128 + signal)
          } else {
            logger.notice("stopping at a signal", ["signal": String(signal)])
            shutdown.request()
          }
        }
        continuation.resume()
      }
    }
  }
}

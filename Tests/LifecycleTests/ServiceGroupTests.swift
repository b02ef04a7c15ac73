import Glibc
import Lifecycle
import Synchronization
import Telemetry
import TestKit
import Testing

/// What happened, in order.
private final class Journal: Sendable {
  private let state = Mutex<[String]>([])
  func note(_ line: String) { state.withLock { $0.append(line) } }
  var lines: [String] { state.withLock { $0 } }

  /// A service that notes its start and its end.
  func service(_ name: String, whenFinished: FinishPolicy = .fail) -> ClosureService {
    ClosureService(name, whenFinished: whenFinished) { run in
      self.note("+\(name)")
      run.ready()
      await run.shutdown.wait()
      self.note("-\(name)")
    }
  }
}

private struct Broken: Error {}

@Suite(.timeLimit(.minutes(5)))
struct ServiceGroupTests {
  private let journal = Journal()

  private func group(
    _ services: [any Service], gracePeriod: Duration = Patience.limit, cancelPeriod: Duration = Patience.limit,
    onStarted: @escaping @Sendable () -> Void = {}, forceExit: @escaping @Sendable (Int32) -> Void = { _ in }
  ) -> ServiceGroup {
    ServiceGroup(
      services, signals: [], gracePeriod: gracePeriod, cancelPeriod: cancelPeriod, logger: .silent,
      onStarted: onStarted, forceExit: forceExit)
  }

  @Test func startsInOrderAndStopsInReverse() async throws {
    let stop = GracefulShutdown()
    let group = group([journal.service("a"), journal.service("b"), journal.service("c")]) { stop.request() }
    stop.onRequest { group.shutdown.request() }
    try await group.run()
    #expect(journal.lines == ["+a", "+b", "+c", "-c", "-b", "-a"])
  }

  @Test func aServiceThatIsNotReadyHoldsTheNextOneBack() async throws {
    let slow = ClosureService("slow") { [journal] run in
      journal.note("+slow")
      await run.shutdown.wait()
      journal.note("-slow")
    }
    let group = group([journal.service("a"), slow, journal.service("never")])
    async let end: Void = group.run()
    try await eventually { journal.lines == ["+a", "+slow"] }
    group.shutdown.request()
    try await end
    #expect(journal.lines == ["+a", "+slow", "-slow", "-a"])
  }

  @Test func theFirstFailureStopsAll() async {
    let broken = ClosureService("broken") { run in
      run.ready()
      throw Broken()
    }
    let failure = await #expect(throws: ServiceFailure.self) {
      try await group([journal.service("a"), broken]).run()
    }
    #expect(failure?.code == .failed)
    #expect(failure?.service == "broken")
    #expect(failure?.cause is Broken)
    #expect(journal.lines == ["+a", "-a"])
  }

  @Test func returningEarlyIsAFailureUnlessDeclared() async throws {
    let failure = await #expect(throws: ServiceFailure.self) {
      try await group([journal.service("a"), ClosureService("short") { _ in }]).run()
    }
    #expect(failure?.code == .endedEarly)
    try await group([journal.service("b"), ClosureService("errand", whenFinished: .stopGroup) { _ in }]).run()
    #expect(journal.lines == ["+a", "-a", "+b", "-b"])
    try await group([ClosureService("done", whenFinished: .ignore) { _ in }]).run()
    try await group([]).run()
  }

  @Test func whatDoesNotDrainIsCancelled() async {
    let stubborn = ClosureService("stubborn") { run in
      run.ready()
      try await Task.sleep(for: .seconds(300))
    }
    let stop = GracefulShutdown()
    let group = group([journal.service("a"), stubborn], gracePeriod: .milliseconds(50)) { stop.request() }
    stop.onRequest { group.shutdown.request() }
    let failure = await #expect(throws: ServiceFailure.self) { try await group.run() }
    #expect(failure?.code == .notDrained)
    #expect(failure?.service == "stubborn")
    #expect(journal.lines == ["+a", "-a"])
  }

  @Test func theProcessEndsWhenEvenCancelledServicesHang() async {
    let release = GracefulShutdown()
    let hanging = ClosureService("hanging") { run in
      run.ready()
      // Not ended by cancellation, unlike `wait`.
      await withCheckedContinuation { continuation in release.onRequest { continuation.resume() } }
    }
    let status = Atomic<Int32>(0)
    let stop = GracefulShutdown()
    let group = group(
      [hanging], gracePeriod: .milliseconds(20), cancelPeriod: .milliseconds(20), onStarted: { stop.request() },
      forceExit: {
        status.store($0, ordering: .relaxed)
        release.request()
      })
    stop.onRequest { group.shutdown.request() }
    await #expect(throws: ServiceFailure.self) { try await group.run() }
    #expect(status.load(ordering: .relaxed) == 1)
  }

  @Test func cancellingTheTaskCancelsTheServices() async {
    let group = group([journal.service("a")])
    let task = Task { try await group.run() }
    task.cancel()
    await #expect(throws: ServiceFailure.self) { try await task.value }
  }

  @Test func aSignalStopsAndASecondOneForcesTheEnd() async throws {
    let signal = StopSignal(number: SIGUSR2)
    let status = Atomic<Int32>(0)
    let draining = GracefulShutdown()
    let release = GracefulShutdown()
    let service = ClosureService("draining") { run in
      run.ready()
      await run.shutdown.wait()
      draining.request()
      await release.wait()
    }
    let group = ServiceGroup(
      [service], signals: [signal], logger: .silent, onStarted: { kill(getpid(), SIGUSR2) },
      forceExit: {
        status.store($0, ordering: .relaxed)
        release.request()
      })
    async let end: Void = group.run()
    await draining.wait()
    kill(getpid(), SIGUSR2)
    try await end
    #expect(status.load(ordering: .relaxed) == 128 + SIGUSR2)
  }
}

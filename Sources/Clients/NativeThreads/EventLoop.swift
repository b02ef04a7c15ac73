internal import CLinux
internal import Glibc
internal import Synchronization

/// A thread that waits on file descriptors, deadlines and posted jobs at once (epoll and an eventfd).
///
/// It is also a serial executor: an actor whose `unownedExecutor` is the loop's runs on its thread, so that the compiler
/// checks who touches a C handle. Jobs should not block; what blocks belongs on a `NativeThread`.
///
/// The queue of jobs has no limit of its own, since an executor may not refuse: callers post one wake-up per batch and
/// keep their data in bounded queues.
public final class EventLoop: SerialExecutor, TaskExecutor, Sendable {
  private struct Inbox {
    var jobs: [Job] = []
    var isStopping = false
    /// Nobody runs jobs any more.
    var hasEnded = false
    /// Whether the eventfd was written since the loop last emptied the inbox.
    var isSignalled = false
  }

  private enum Job {
    case closure(@Sendable () -> Void)
    case unowned(UnownedJob)
  }

  private let inbox = Mutex(Inbox())
  private let wakeup: Int32
  private let core: LoopCore
  private let thread: Mutex<NativeThread?> = Mutex(nil)
  private let owner = Atomic<UInt>(0)

  public init(name: String) {
    wakeup = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
    precondition(wakeup >= 0, "eventfd failed: the process is out of file descriptors")
    core = LoopCore(wakeup: wakeup)
    thread.withLock { $0 = NativeThread(name: name) { [self] in run() } }
  }

  deinit {
    close(wakeup)
  }

  // MARK: Jobs

  /// Runs `job` on the loop's thread, after what was posted before it. Dropped when the loop has stopped.
  public func post(_ job: @escaping @Sendable () -> Void) { add(.closure(job)) }

  public func enqueue(_ job: consuming ExecutorJob) { add(.unowned(UnownedJob(job))) }

  public func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }

  public func checkIsolated() { precondition(isCurrent, "not on the event loop's thread") }

  public func isIsolatingCurrentContext() -> Bool? { isCurrent }

  /// Whether the caller runs on the loop's thread.
  public var isCurrent: Bool { owner.load(ordering: .relaxed) == UInt(pthread_self()) }

  /// Ends the loop after the jobs posted so far, and waits for its thread unless called on it.
  public func stop() {
    signal { $0.isStopping = true }
    guard !isCurrent else { return }
    thread.withLock { current in
      defer { current = nil }
      return current
    }?.join()
  }

  private func add(_ job: Job) { signal { if !$0.hasEnded { $0.jobs.append(job) } } }

  private func signal(_ change: (inout Inbox) -> Void) {
    let mustWake = inbox.withLock { inbox in
      change(&inbox)
      defer { inbox.isSignalled = true }
      return !inbox.isSignalled
    }
    // On the loop's own thread the inbox is looked at again before the loop waits.
    if mustWake, !isCurrent { eventfd_write(wakeup, 1) }
  }

  // MARK: Descriptors and deadlines (on the loop's thread only)

  /// Calls `handler` whenever `descriptor` is ready for `events` (level-triggered), until `unwatch`.
  /// - Precondition: on the loop's thread, the descriptor not watched yet.
  public func watch(_ descriptor: Int32, for events: Readiness, _ handler: @escaping (Readiness) -> Void) {
    checkIsolated()
    core.watch(descriptor, for: events, handler)
  }

  /// Changes what a watched descriptor is watched for.
  public func rewatch(_ descriptor: Int32, for events: Readiness) {
    checkIsolated()
    core.rewatch(descriptor, for: events)
  }

  /// Stops watching; call it before the descriptor is closed. Unknown descriptors are ignored.
  public func unwatch(_ descriptor: Int32) {
    checkIsolated()
    core.unwatch(descriptor)
  }

  /// A deadline that can be cancelled.
  public struct Deadline: Hashable, Sendable { fileprivate let id: UInt64 }

  /// Runs `action` once, `delay` from now.
  @discardableResult
  public func schedule(after delay: Duration, _ action: @escaping () -> Void) -> Deadline {
    checkIsolated()
    return Deadline(id: core.schedule(at: .now + delay, action))
  }

  /// Forgets a deadline; one that has passed is ignored.
  public func cancel(_ deadline: Deadline) {
    checkIsolated()
    core.cancel(deadline.id)
  }

  // MARK: The loop

  private func run() {
    owner.store(UInt(pthread_self()), ordering: .relaxed)
    var jobs: [Job] = []
    while true {
      let stopping = inbox.withLock { inbox in
        swap(&jobs, &inbox.jobs)
        inbox.isSignalled = false
        inbox.hasEnded = inbox.isStopping && jobs.isEmpty
        return inbox.hasEnded
      }
      if stopping { break }
      for job in jobs {
        switch job {
        case .closure(let body): body()
        case .unowned(let job):
          job.runSynchronously(isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
        }
      }
      jobs.removeAll(keepingCapacity: true)
      core.runDueActions()
      let pending = inbox.withLock { !$0.jobs.isEmpty || $0.isStopping }
      core.poll(waiting: !pending)
    }
    core.close()
  }
}

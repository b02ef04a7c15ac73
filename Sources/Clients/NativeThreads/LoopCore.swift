internal import CLinux
internal import Glibc

/// The state of an event loop that only its own thread touches: the epoll set, the handlers and the deadlines.
///
/// `@unchecked Sendable`: `EventLoop` lets nobody in but the thread that runs it (`checkIsolated`).
final class LoopCore: @unchecked Sendable {
  private final class Handler {
    let call: (Readiness) -> Void
    init(_ call: @escaping (Readiness) -> Void) { self.call = call }
  }

  private let epoll: Int32
  private let wakeup: Int32
  private var handlers: [Int32: Handler] = [:]
  private var timers = TimerQueue()
  private var lastTimer: UInt64 = 0
  private var ready = [epoll_event](repeating: epoll_event(), count: 256)

  init(wakeup: Int32) {
    epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
    precondition(epoll >= 0, "epoll_create1 failed: the process is out of file descriptors")
    self.wakeup = wakeup
    control(Int32(EPOLL_CTL_ADD), wakeup, .readable)
  }

  func watch(_ descriptor: Int32, for events: Readiness, _ handler: @escaping (Readiness) -> Void) {
    handlers[descriptor] = Handler(handler)
    // A descriptor that was closed and opened again under the same number is new to the kernel, one that was not is known.
    if !control(Int32(EPOLL_CTL_ADD), descriptor, events) { control(Int32(EPOLL_CTL_MOD), descriptor, events) }
  }

  func rewatch(_ descriptor: Int32, for events: Readiness) {
    guard handlers[descriptor] != nil else { return }
    if !control(Int32(EPOLL_CTL_MOD), descriptor, events) { control(Int32(EPOLL_CTL_ADD), descriptor, events) }
  }

  func unwatch(_ descriptor: Int32) {
    guard handlers.removeValue(forKey: descriptor) != nil else { return }
    control(Int32(EPOLL_CTL_DEL), descriptor, [])
  }

  func schedule(at due: ContinuousClock.Instant, _ action: @escaping () -> Void) -> UInt64 {
    lastTimer += 1
    timers.add(id: lastTimer, due: due, action)
    return lastTimer
  }

  func cancel(_ id: UInt64) { timers.cancel(id: id) }

  func runDueActions() {
    guard !timers.isEmpty else { return }
    let now = ContinuousClock.now
    while let action = timers.popDue(at: now) { action() }
  }

  /// Waits for readiness or the next deadline, and calls the handlers.
  func poll(waiting: Bool) {
    let count = epoll_wait(epoll, &ready, Int32(ready.count), waiting ? timeoutMilliseconds() : 0)
    guard count > 0 else { return }
    for index in 0..<Int(count) {
      let event = ready[index]
      let descriptor = event.data.fd
      if descriptor == wakeup {
        var value: UInt64 = 0
        eventfd_read(wakeup, &value)
      } else {
        // Looked up anew each time: a handler may have ended another's watch.
        handlers[descriptor]?.call(Readiness(reported: event.events))
      }
    }
  }

  func close() {
    handlers.removeAll()
    timers = TimerQueue()
    _ = Glibc.close(epoll)
  }

  private func timeoutMilliseconds() -> Int32 {
    guard let due = timers.nextDue() else { return -1 }
    let (seconds, attoseconds) = (due - ContinuousClock.now).components
    guard seconds >= 0, attoseconds >= 0 else { return 0 }
    // Rounded up, or the loop would spin through the last millisecond.
    let milliseconds = seconds * 1_000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    return Int32(min(milliseconds, 60_000))
  }

  @discardableResult
  private func control(_ operation: Int32, _ descriptor: Int32, _ events: Readiness) -> Bool {
    var event = epoll_event()
    event.events = events.rawValue
    event.data.fd = descriptor
    return epoll_ctl(epoll, operation, descriptor, &event) == 0
  }
}

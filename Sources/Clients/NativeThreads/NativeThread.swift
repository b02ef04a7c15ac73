internal import CLinux
internal import Glibc
internal import Synchronization

/// A thread of its own for C code that blocks or that must always be called from the same thread.
///
/// Swift's thread pool has one thread a core, so a task that blocks holds up every other task; whatever blocks runs here.
/// All signals are blocked on such a thread: they belong to the thread that waits for them.
public final class NativeThread: Sendable {
  private let handle: pthread_t
  private let isJoined = Atomic<Bool>(false)

  /// Starts the thread. `name` shows in `top -H` and debuggers, cut to 15 bytes.
  public init(name: String, _ body: @escaping @Sendable () -> Void) {
    let start = Start(name: name, body: body)
    var thread = pthread_t()
    // Balanced by `takeRetainedValue` on the new thread.
    let opaque = Unmanaged.passRetained(start).toOpaque()
    let status = pthread_create(&thread, nil, runStart, opaque)
    precondition(status == 0, "pthread_create failed with \(status): the process is out of threads or memory")
    handle = thread
  }

  /// Waits until the thread's body has returned. Call it once, never on the thread itself, and never on Swift's pool.
  public func join() {
    isJoined.store(true, ordering: .relaxed)
    pthread_join(handle, nil)
  }

  /// A thread that nobody joined runs on and frees itself at its end.
  deinit {
    if !isJoined.load(ordering: .relaxed) { pthread_detach(handle) }
  }

  /// Whether the caller runs on this thread.
  public var isCurrent: Bool { pthread_equal(pthread_self(), handle) != 0 }
}

private final class Start: Sendable {
  let name: String
  let body: @Sendable () -> Void
  init(name: String, body: @escaping @Sendable () -> Void) {
    self.name = name
    self.body = body
  }
}

private func runStart(_ opaque: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let opaque else { return nil }
  let start = Unmanaged<Start>.fromOpaque(opaque).takeRetainedValue()
  var all = sigset_t()
  sigfillset(&all)
  pthread_sigmask(SIG_BLOCK, &all, nil)
  _ = String(start.name.prefix(15)).withCString { hl_name_this_thread($0) }
  start.body()
  return nil
}

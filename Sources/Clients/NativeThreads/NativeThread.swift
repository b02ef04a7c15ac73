internal import CLinux
internal import Glibc
internal import Synchronization

/// A thread of its own for C code that blocks or that must always be called from the same thread.
///
/// Swift's thread pool has one thread a core, so a task that blocks holds up every other task; whatever blocks runs here.
/// All signals are blocked on such a thread: they belong to the thread that waits for them.
public final class NativeThread: Sendable {
  private let handle: pthread_t
  private let fate: Fate
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
    fate = start.fate
  }

  /// Waits until the thread's body has returned. Call it once, never on the thread itself, and never on Swift's pool.
  public func join() {
    isJoined.store(true, ordering: .relaxed)
    pthread_join(handle, nil)
  }

  /// A thread that nobody joined runs on and frees itself at its end.
  deinit {
    guard !isJoined.load(ordering: .relaxed), fate.leave() == .other else { return }
    // Its body has returned: this waits for its last few instructions.
    pthread_join(handle, nil)
  }

  /// Whether the caller runs on this thread.
  public var isCurrent: Bool { pthread_equal(pthread_self(), handle) != 0 }
}

/// Decides who frees a thread that nobody joined: its body's end and its handle's end both come here, and the later one
/// does it.
///
/// The handle's end does not simply detach the thread: `pthread_detach` looks into the thread's memory after it has
/// marked it, and a thread that ends in between has unmapped that memory (glibc's bug 19951).
private final class Fate: Sendable {
  enum First { case caller, other }
  private let isLeft = Atomic<Bool>(false)

  /// Says that one of the two is done, and which of them was first.
  func leave() -> First { isLeft.exchange(true, ordering: .acquiringAndReleasing) ? .other : .caller }
}

private final class Start: Sendable {
  let name: String
  let body: @Sendable () -> Void
  let fate = Fate()
  init(name: String, body: @escaping @Sendable () -> Void) {
    self.name = name
    self.body = body
  }
}

private func runStart(_ opaque: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let opaque else { return nil }
  let fate = run(Unmanaged<Start>.fromOpaque(opaque).takeRetainedValue())
  if fate.leave() == .other { pthread_detach(pthread_self()) }
  return nil
}

/// Runs the body and lets go of it, with everything that it holds: the thread's own handle may be among it.
private func run(_ start: consuming Start) -> Fate {
  var all = sigset_t()
  sigfillset(&all)
  pthread_sigmask(SIG_BLOCK, &all, nil)
  _ = String(start.name.prefix(15)).withCString { hl_name_this_thread($0) }
  start.body()
  return start.fate
}

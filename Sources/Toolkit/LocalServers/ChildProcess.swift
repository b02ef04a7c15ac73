internal import Glibc
internal import NativeThreads
internal import Synchronization

/// A program that runs as a child of this process, in a process group of its own.
///
/// Each child has a thread that starts it and waits for it. That is not only to keep the wait off Swift's pool: the kernel
/// sends the parent-death signal when the *thread* that started a child ends, so that thread must live as long as the child.
public final class ChildProcess: Sendable {
  /// How a process ended.
  public enum Exit: Sendable, Equatable, CustomStringConvertible {
    case code(Int32)
    case signal(ProcessSignal)

    public var isSuccess: Bool { self == .code(0) }

    public var description: String {
      switch self {
      case .code(let code): "exit code \(code)"
      case .signal(let signal): "signal \(signal)"
      }
    }
  }

  private struct State {
    var exit: Exit?
    var waiters: [CheckedContinuation<Exit, Never>] = []
  }

  public let command: ChildCommand
  public let processID: Int32
  private let state = Mutex(State())

  private init(command: ChildCommand, processID: Int32) {
    self.command = command
    self.processID = processID
  }

  /// Starts `command`. Ending the child is the caller's business, but for `ChildCommand.diesWithParent`.
  public static func start(_ command: ChildCommand) async throws(LocalServerError) -> ChildProcess {
    let started = await withCheckedContinuation { continuation in
      _ = NativeThread(name: "child") {
        do throws(LocalServerError) {
          let child = ChildProcess(command: command, processID: try command.spawn())
          continuation.resume(returning: Result<ChildProcess, LocalServerError>.success(child))
          child.reap()
        } catch {
          continuation.resume(returning: .failure(error))
        }
      }
    }
    return try started.get()
  }

  /// Runs `command` to its end, and returns how it ended and what it printed (both streams, in order of arrival).
  public static func run(_ command: ChildCommand) async throws(LocalServerError) -> (exit: Exit, output: String) {
    let lines = LineCollector()
    var command = command
    command.output = lines.output
    let exit = try await start(command).exit()
    await lines.end()
    return (exit, lines.text)
  }

  /// Waits until the process has ended.
  public func exit() async -> Exit {
    await withCheckedContinuation { continuation in
      let exit = state.withLock { state -> Exit? in
        if state.exit == nil { state.waiters.append(continuation) }
        return state.exit
      }
      if let exit { continuation.resume(returning: exit) }
    }
  }

  public var isRunning: Bool { state.withLock { $0.exit == nil } }

  /// Sends a signal; to the whole process group when asked. Ignored once the process has ended.
  public func signal(_ signal: ProcessSignal, group: Bool = false) {
    // Under the lock, so that the id cannot meanwhile be reaped and given to another process.
    state.withLock { state in
      guard state.exit == nil else { return }
      _ = Glibc.kill(group ? -processID : processID, signal.rawValue)
    }
  }

  /// Ends the process at once, as a crash would, and waits for its end.
  @discardableResult
  public func kill() async -> Exit {
    signal(.kill)
    return await exit()
  }

  /// Asks the process to end, ends it by force after `grace`, and waits for its end.
  @discardableResult
  public func stop(_ signal: ProcessSignal = .terminate, grace: Duration = .seconds(10)) async -> Exit {
    self.signal(signal)
    return await withTaskGroup(of: Void.self) { group in
      group.addTask {
        guard (try? await Task.sleep(for: grace)) != nil else { return }
        self.signal(.kill)
      }
      let exit = await exit()
      group.cancelAll()
      return exit
    }
  }

  private func reap() {
    var info = siginfo_t()
    // Left unreaped until the lock is held: see `signal`.
    while waitid(P_PID, id_t(processID), &info, WEXITED | WNOWAIT) != 0, errno == EINTR {}
    let (exit, waiters) = state.withLock { state -> (Exit, [CheckedContinuation<Exit, Never>]) in
      var status: Int32 = 0
      waitpid(processID, &status, 0)
      let exit: Exit =
        status & 0x7f == 0 ? .code((status >> 8) & 0xff) : .signal(ProcessSignal(rawValue: status & 0x7f))
      state.exit = exit
      defer { state.waiters = [] }
      return (exit, state.waiters)
    }
    for waiter in waiters { waiter.resume(returning: exit) }
  }
}

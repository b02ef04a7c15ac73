internal import CLinux
internal import Glibc
internal import Synchronization

extension EventLoop {
  /// Calls `handler` on the loop's thread with each of `signals` that the process is sent, until the loop stops; then they
  /// have their default effect again. One loop at a time may watch a signal.
  ///
  /// Blocking the signals and reading a signalfd would not do: a Swift program with an asynchronous `main` has a thread of
  /// Dispatch that waits with every signal unblocked, and the signal would end the process there.
  /// - Precondition: on the loop's thread.
  public func watchSignals(_ signals: [Int32], _ handler: @escaping (Int32) -> Void) {
    let source = SignalSource(signals)
    // The handler owns the source, which ends when the loop drops the handler at its own end.
    watch(source.descriptor, for: .readable) { _ in
      while let signal = source.next() { handler(signal) }
    }
  }
}

/// For each signal, where the process's handler writes its number; -1 when nobody listens. It lives as long as the
/// process and is only reached through atomics; hence unsafe but right across threads.
private nonisolated(unsafe) let signalTargets: UnsafeMutablePointer<Atomic<Int32>> = {
  let targets = UnsafeMutablePointer<Atomic<Int32>>.allocate(capacity: Int(NSIG))
  for signal in 0..<Int(NSIG) { (targets + signal).initialize(to: Atomic(-1)) }
  return targets
}()

/// The reading end of the pipe into which the signal handler writes.
private final class SignalSource {
  let descriptor: Int32
  private let writer: Int32
  private let signals: [Int32]

  init(_ signals: [Int32]) {
    var ends: [Int32] = [-1, -1]
    precondition(
      hl_pipe2(&ends, O_CLOEXEC | O_NONBLOCK) == 0, "pipe2 failed: the process is out of file descriptors")
    (descriptor, writer) = (ends[0], ends[1])
    self.signals = signals
    for signal in signals {
      let previous = signalTargets[Int(signal)].exchange(writer, ordering: .sequentiallyConsistent)
      precondition(previous == -1, "signal \(signal) is watched already")
    }
    var action = sigaction()
    // Only what is safe in a handler: an atomic load and write(2), with errno left as it was.
    action.__sigaction_handler.sa_handler = { signal in
      let saved = errno
      var byte = UInt8(truncatingIfNeeded: signal)
      write(signalTargets[Int(signal)].load(ordering: .sequentiallyConsistent), &byte, 1)
      errno = saved
    }
    action.sa_flags = SA_RESTART
    for signal in signals { sigaction(signal, &action, nil) }
  }

  deinit {
    for signal in signals {
      Glibc.signal(signal, SIG_DFL)
      signalTargets[Int(signal)].store(-1, ordering: .sequentiallyConsistent)
    }
    close(descriptor)
    close(writer)
  }

  func next() -> Int32? {
    var byte: UInt8 = 0
    return read(descriptor, &byte, 1) == 1 ? Int32(byte) : nil
  }
}

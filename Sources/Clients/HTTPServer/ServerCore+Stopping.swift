internal import NativeThreads

extension ServerCore {
  /// Begins to stop; `onStopped` is called when the server is gone. Called once.
  ///
  /// What has been asked is answered, with `Connection: close`; event streams end; idle connections are closed after a
  /// moment; at the deadline everything left is cut.
  func stop(within patience: UInt64, onStopped: @escaping () -> Void) {
    self.onStopped = onStopped
    stopDeadline = MonotonicTime.now() &+ patience
    stopAccepting()
    isStopping = true
    lingerEnd = now &+ min(limits.linger, patience / 2)
    for connection in connections { connection.exchange?.endEvents() }
    run()
    loop.schedule(after: .zero) { self.advanceStop() }
    sweepLater()
  }

  /// Looks how far the stop has come.
  func advanceStop() {
    guard isStopping else { return }
    if now >= lingerEnd {
      for connection in connections where connection.exchange == nil { connection.shutdown() }
    }
    if now >= stopDeadline {
      for connection in connections {
        connection.exchange?.cut(.cancelled)
        connection.shutdown()
      }
      run()
    }
    // Whoever does not listen to its cancellation is left behind after a second: it holds nothing of the library's.
    let isOverdue = now >= stopDeadline &+ 1_000_000_000
    guard connections.isEmpty && tasks.count == 0 || isOverdue else { return }
    finishStop()
  }

  private func finishStop() {
    guard isStopping else { return }
    isStopping = false
    stopDaemon()
    loop.stop()
    let onStopped = onStopped
    self.onStopped = {}
    onStopped()
  }
}

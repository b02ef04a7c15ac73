internal import NativeThreads
internal import Telemetry

/// Leaving the group.
extension ConsumerCore {
  /// How long the broker may take to let the member go, after the partitions were given back.
  private static let leaveLimit: Duration = .seconds(5)

  func stop(within limit: Duration) async {
    guard native != nil else { return }
    if !isStopping { leave(within: limit) }
    // The await may let other jobs in before its closure runs: what it waits for is looked at inside.
    await withCheckedContinuation { continuation in
      if native == nil { continuation.resume() } else { stopWaiters.append(continuation) }
    }
  }

  private func leave(within limit: Duration) {
    guard let native else { return }
    isStopping = true
    answerLimit = min(limit, options.answerTimeout)
    // An assignment that was not begun is given back at once.
    if membership.phase == .offered { decline() }
    loop.schedule(after: answerLimit + Self.leaveLimit) { [weak self] in
      self?.assumeIsolated { core in
        guard core.native != nil else { return }
        core.logger.warning("kafka group not left in time", ["topics": core.topics.joined(separator: ",")])
        core.end()
      }
    }
    if let error = native.leave() {
      report(error)
      return end()
    }
    pump()
  }

  /// Ends the handle and answers everyone who waits.
  func end() {
    guard let native else { return }
    cancelAnswerDeadline()
    loop.unwatch(native.recordsDescriptor)
    loop.unwatch(native.repliesDescriptor)
    // Its look-ups use the handle; they have time limits.
    lookupLoop.stop()
    self.native = nil
    native.close()
    membership.release()
    buffer.reset()
    forgetSlots()
    notices.removeAll()
    for tag in commits.keys { settleCommit(tag, .stopped) }
    wakePuller()
    for waiter in stopWaiters { waiter.resume() }
    stopWaiters.removeAll()
  }
}

/// What handlers and the dead-letter topic answer.
extension ProxyCore {
  mutating func complete(
    _ completions: [(id: MessageID, verdict: Verdict)], _ now: ContinuousClock.Instant, _ actions: inout [Action]
  ) {
    for (id, verdict) in completions {
      guard let message = taken(id), case .deliver = message.fate else {
        counters.fenced += 1
        continue
      }
      inFlight -= 1
      // Only the flag: a copy of the tenure would make the tracker copy its arrays when it changes.
      guard let isRevoking = tenures[id.tenure]?.isRevoking else {
        // Its assignment is over: the answer says nothing any more, but its key is free.
        counters.fenced += 1
        queue.finish(id.slot)
        continue
      }
      switch verdict {
      case .done:
        counters.completed += 1
        budget.recordSuccess()
        retire(id, isDone: true, &actions)
      case .deadLetter(let reason):
        beginDeadLetter(id, reason, &actions)
      case .retry where isRevoking:
        retire(id, isDone: false, &actions)
      case .retry(let requested, let reason):
        retry(id, message, after: requested, reason, now, &actions)
      }
    }
  }

  private mutating func retry(
    _ id: MessageID, _ message: QueuedMessage<Payload>, after requested: Duration?, _ reason: FailureReason,
    _ now: ContinuousClock.Instant, _ actions: inout [Action]
  ) {
    let decision = limits.retry.decide(
      attempts: Int(message.attempts), elapsed: now - (message.firstAttempt ?? now), requested: requested,
      chance: chance())
    switch decision {
    case .retry(let delay):
      counters.retried += 1
      park(id, until: now + delay)
    case .giveUp where budget.spend(at: now):
      beginDeadLetter(id, reason, &actions)
    case .giveUp:
      // Nothing else succeeds either: more likely the receiver is at fault than the message.
      counters.deadLettersDeferred += 1
      park(id, until: now + limits.retry.backOff(attempts: Int(message.attempts), chance: chance()))
    }
  }

  /// The key stays blocked, and the offset pending, until the dead-letter topic has the message.
  private mutating func beginDeadLetter(_ id: MessageID, _ reason: FailureReason, _ actions: inout [Action]) {
    queue[id.slot]?.fate = .deadLetter(reason)
    if let outbound = outbound(id.slot) { actions.append(.deadLetter([outbound], reason)) }
  }

  mutating func settleDeadLetters(_ ids: [MessageID], _ actions: inout [Action]) {
    for id in ids {
      guard let message = taken(id), case .deadLetter = message.fate else { continue }
      counters.deadLettered += 1
      retire(id, isDone: true, &actions)
    }
  }

  mutating func postponeDeadLetters(
    _ ids: [MessageID], _ now: ContinuousClock.Instant, _ actions: inout [Action]
  ) {
    for id in ids {
      guard let message = taken(id), case .deadLetter = message.fate else { continue }
      guard tenures[id.tenure]?.isRevoking == false else {
        retire(id, isDone: false, &actions)
        continue
      }
      park(id, until: now + limits.retry.backOff(attempts: 1, chance: chance()))
    }
  }

  private mutating func park(_ id: MessageID, until due: ContinuousClock.Instant) {
    tenures[id.tenure]?.out -= 1
    queue.park(id.slot, until: due)
  }

  /// The message is out of the queue; unless it is done, a later owner of the partition reads it again.
  private mutating func retire(_ id: MessageID, isDone: Bool, _ actions: inout [Action]) {
    queue.finish(id.slot)
    guard tenures[id.tenure] != nil else { return }
    tenures[id.tenure]?.out -= 1
    if isDone {
      tenures[id.tenure]?.tracker.complete(id.offset)
      tenures[id.tenure]?.isChanged = true
      reviewLatch(id.tenure)
    }
    if tenures[id.tenure]?.isRevoking == true { reportDrained(&actions) }
  }
}

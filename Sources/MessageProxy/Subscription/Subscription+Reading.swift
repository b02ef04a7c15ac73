internal import KafkaClient
internal import Synchronization
internal import Telemetry

/// The tasks of a subscription that wait for Kafka.
extension Subscription {
  /// How long to wait before a look-up that failed is repeated.
  private static let retryPause: Duration = .milliseconds(500)

  func pull() async throws {
    while true {
      // What is paused stays in the consumer, so that the queue keeps to its bounds.
      await applyIntake()
      let limit = state.withLock { $0.pullLimit(atMost: options.maxPulledMessages) }
      switch try await consumer.next(upTo: limit) {
      case .records(let batches): apply(.received(batches.map(SourceBatch.init)))
      case .assigned(let assignment): try await begin(assignment)
      case .revoked(let revocation): await end(revocation)
      case nil: return
      }
    }
  }

  // MARK: Assignments

  private func begin(_ assignment: KafkaAssignment) async throws {
    while true {
      do throws(KafkaError) {
        let commits = try await consumer.committed(assignment.partitions)
        var positions: [SourcePartition: RestoredPosition?] = [:]
        for partition in assignment.partitions {
          let commit = commits[partition]
          positions.updateValue(
            commit.map { RestoredPosition(offset: $0.offset, metadata: $0.metadata) },
            forKey: SourcePartition(partition))
        }
        try await assignment.start(at: commits.mapValues { .offset($0.offset) })
        // A start begins with all partitions resumed. A queue that is full across a rebalance has them paused again
        // before the next pull, since the core hears of them only now, when a pause is possible.
        state.withLock { state in
          state.epoch = assignment.epoch
          state.paused = []
        }
        apply(.assigned(epoch: assignment.epoch, positions))
        return
      } catch {
        if error.code == .fenced || error.code == .stopped { return }
        guard error.isRetriable else { throw error }
        logger.warning("proxy start delayed: committed offsets unknown", ["error": error.description])
        try await Task.sleep(for: Self.retryPause)
      }
    }
  }

  /// Drains, commits, and only then gives the partitions back.
  private func end(_ revocation: KafkaRevocation) async {
    let partitions = revocation.partitions.map(SourcePartition.init)
    if !revocation.isLost {
      await drain(partitions)
      await commit()
    }
    apply(.released(partitions))
    await revocation.complete()
  }

  private func drain(_ partitions: [SourcePartition]) async {
    let isDrained = await withCheckedContinuation { continuation in
      let (number, limit) = state.withLock { state in
        state.drain = continuation
        state.drainNumber += 1
        return (state.drainNumber, state.drainLimit)
      }
      apply(.revoking(partitions))
      schedule(after: limit) { $0.endDrain(number) }
    }
    guard !isDrained else { return }
    logger.warning(
      "proxy drain ended by its time limit: what is out will be delivered again",
      ["out": "\(state.withLock { $0.core.queue.taken })"])
  }

  private func endDrain(_ number: Int) {
    let waiter = state.withLock { state in
      guard state.drainNumber == number else { return nil as CheckedContinuation<Bool, Never>? }
      defer { state.drain = nil }
      return state.drain
    }
    waiter?.resume(returning: false)
  }

  // MARK: Commits

  func commitPeriodically() async {
    while (try? await Task.sleep(for: options.commitInterval)) != nil { await commit() }
  }

  /// One at a time, so that a slow commit never undoes a later one.
  func commit() async {
    await commitTurn.run {
      for (epoch, positions) in apply(.commitDue) { await commit(positions, epoch: epoch) }
    }
  }

  private func commit(_ positions: [SourcePartition: CommitPosition], epoch: UInt64) async {
    let commits = positions.map { partition, position in
      (TopicPartition(partition), KafkaCommit(offset: position.offset, metadata: position.metadata))
    }
    do throws(KafkaError) {
      try await consumer.commit(Dictionary(uniqueKeysWithValues: commits), epoch: epoch)
      state.withLock { $0.commits += 1 }
    } catch {
      state.withLock { $0.commitFailures += 1 }
      logger.warning("proxy commit failed", ["error": error.description])
      apply(.commitFailed(Array(positions.keys)))
    }
  }

  // MARK: Intake

  func followIntake() async {
    for await _ in intakeSignal.stream { await applyIntake() }
  }

  /// Pauses and resumes partitions as the core wants it.
  private func applyIntake() async {
    await intakeTurn.run {
      while let change = intakeChange() {
        do throws(KafkaError) {
          try await consumer.pause(Set(change.pause.map(TopicPartition.init)), epoch: change.epoch)
          try await consumer.resume(Set(change.resume.map(TopicPartition.init)), epoch: change.epoch)
        } catch {
          // The assignment is ending; the next one begins with all partitions resumed.
          logger.debug("proxy intake not changed", ["error": error.description])
          return
        }
      }
    }
  }

  private func intakeChange() -> (pause: Set<SourcePartition>, resume: Set<SourcePartition>, epoch: UInt64)? {
    let change = state.withLock { state -> (Set<SourcePartition>, Set<SourcePartition>, UInt64, Bool)? in
      let wanted = state.core.paused
      guard wanted != state.paused else { return nil }
      defer { state.paused = wanted }
      return (wanted.subtracting(state.paused), state.paused.subtracting(wanted), state.epoch, state.core.isFull)
    }
    guard let (pause, resume, epoch, isFull) = change else { return nil }
    if !isFull, !pause.isEmpty {
      logger.warning(
        "proxy intake latched: an early message does not end", ["partitions": "\(pause.sorted())"])
    }
    return (pause, resume, epoch)
  }

  // MARK: Dead letters

  func writeDeadLetters() async {
    for await _ in letterSignal.stream {
      let letters = state.withLock { state in
        defer { state.letters = [] }
        return state.letters
      }
      let results = await deadLetters.attempt(letters.map { DeadLetter($0.message, $0.reason) })
      var written: [MessageID] = []
      var failed: [MessageID] = []
      for (letter, result) in zip(letters, results) {
        switch result {
        case .success: written.append(letter.message.id)
        case .failure(let error):
          failed.append(letter.message.id)
          logger.error(
            "proxy dead letter not written",
            ["partition": "\(letter.message.partition)", "offset": "\(letter.message.id.offset)", "error": "\(error)"])
        }
      }
      if !written.isEmpty { apply(.deadLettered(written)) }
      if !failed.isEmpty { apply(.deadLetterFailed(failed)) }
    }
  }
}

internal import NativeThreads
internal import Telemetry

/// The group's decisions, and the application's answers to them.
extension ConsumerCore {
  func handle(_ rebalance: NativeRebalance) {
    switch rebalance {
    case .assign(let partitions): offer(partitions)
    case .revoke(let isLost): revoke(isLost: isLost)
    case .failed(let error):
      report(error)
      release()
    }
  }

  private func offer(_ partitions: [TopicPartition]) {
    membership.offer(partitions)
    discardRecords()
    if partitions.isEmpty {
      // A member without partitions: there is nothing to ask the application.
      membership.begin()
      if let error = native?.assign([:]) { report(error) }
      return
    }
    logger.info("kafka partitions assigned", ["partitions": "\(membership.partitions)"])
    notices.append(.assigned(epoch: membership.epoch, membership.partitions))
    setAnswerDeadline(options.answerTimeout) { $0.withdraw() }
  }

  private func revoke(isLost: Bool) {
    discardRecords()
    let isKnown = membership.phase != .idle && !membership.partitions.isEmpty && !dropUnreadAssignment()
    guard isKnown else { return release() }
    logger.info(
      "kafka partitions revoked", ["partitions": "\(membership.partitions)", "lost": isLost ? "true" : "false"])
    membership.revoke(isLost: isLost)
    notices.append(.revoked(epoch: membership.epoch, membership.partitions, isLost: isLost))
    setAnswerDeadline(answerLimit) { core in
      core.logger.warning(
        "kafka revocation unanswered: partitions given back", ["partitions": "\(core.membership.partitions)"])
      core.release()
    }
  }

  /// Whether the application had not been told of the assignment yet; then it need not be told of its end either.
  func dropUnreadAssignment() -> Bool {
    let count = notices.count
    notices.removeAll { if case .assigned = $0 { true } else { false } }
    return notices.count < count
  }

  /// Gives the partitions back to the group.
  func release() {
    cancelAnswerDeadline()
    membership.release()
    discardRecords()
    guard let native else { return }
    if let error = native.unassign() { report(error) }
  }

  /// Answers an assignment with no partitions. To give them back is no answer: librdkafka would wait for one, and keep
  /// the partitions in the group's eyes, for ever.
  func decline() {
    _ = dropUnreadAssignment()
    cancelAnswerDeadline()
    membership.release()
    discardRecords()
    if let error = native?.assign([:]) { report(error) }
  }

  /// The application never said where to start: leaves the group, until the application pulls again. (Joining anew at
  /// once would disturb the whole group again and again while the application hangs.)
  private func withdraw() {
    logger.error("kafka assignment unanswered: group left", ["partitions": "\(membership.partitions)"])
    decline()
    native?.unsubscribe()
    isAway = true
    wakePuller()
  }

  private func discardRecords() {
    buffer.reset()
    forgetSlots()
    relieve()
  }

  private func setAnswerDeadline(_ limit: Duration, _ action: @escaping @Sendable (isolated ConsumerCore) -> Void) {
    cancelAnswerDeadline()
    answerDeadline = loop.schedule(after: limit) { [weak self] in
      self?.assumeIsolated {
        $0.answerDeadline = nil
        action($0)
      }
    }
  }

  func cancelAnswerDeadline() {
    if let answerDeadline { loop.cancel(answerDeadline) }
    answerDeadline = nil
  }

  // MARK: The application's answers

  func start(epoch: UInt64, at starts: [TopicPartition: KafkaStart]) async throws(KafkaError) {
    try requireOffered(epoch)
    let partitions = membership.partitions
    let committed = try await committed(partitions.filter { (starts[$0] ?? .committed) == .committed })
    try requireOffered(epoch)
    guard let native else { throw .stopped }

    var offsets: [TopicPartition: Int64] = [:]
    for partition in partitions {
      offsets[partition] =
        switch starts[partition] ?? .committed {
        case .offset(let offset): offset
        case .committed: committed[partition]?.offset ?? NativeOffset.beginning
        case .beginning: NativeOffset.beginning
        case .end: NativeOffset.end
        }
    }
    // A start that fails can be repeated, as long as the time for an answer lasts.
    if let error = native.assign(offsets) { throw error }
    cancelAnswerDeadline()
    buffer.reset(to: offsets.mapValues { $0 < 0 ? nil : $0 })
    membership.begin()
    // librdkafka's mark of a pause outlives an assignment.
    native.resume(partitions)
  }

  private func requireOffered(_ epoch: UInt64) throws(KafkaError) {
    if isStopping { throw .stopped }
    try membership.requireCurrent(epoch, "start")
    guard membership.phase == .offered else { throw .fenced("start: the assignment \(epoch) has been answered") }
  }

  func complete(epoch: UInt64) {
    guard membership.isRevoking, membership.epoch == epoch else { return }
    release()
    pump()
  }

  /// Starts all partitions again where the buffer's fetching stands, at the beginning where it does not know.
  func reassign() {
    guard let native, membership.phase == .active else { return }
    let positions = buffer.fetchPositions
    var offsets: [TopicPartition: Int64] = [:]
    for partition in membership.partitions { offsets[partition] = positions[partition] ?? NativeOffset.beginning }
    if let error = native.assign(offsets) { report(error) }
    native.resume(membership.partitions.filter { !isPausedByPressure && !isPaused($0) })
    native.pause(membership.partitions.filter { isPausedByPressure || isPaused($0) })
  }
}

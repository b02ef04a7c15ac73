internal import NativeThreads

/// What the application asks for while it holds partitions.
extension ConsumerCore {
  func commit(_ offsets: [TopicPartition: KafkaCommit], epoch: UInt64) async throws(KafkaError) {
    try membership.requireCommittable(epoch, offsets.keys)
    guard !offsets.isEmpty else { return }
    lastCommit += 1
    let tag = lastCommit
    let deadline = loop.schedule(after: options.requestTimeout) { [weak self] in
      self?.assumeIsolated {
        $0.settleCommit(tag, KafkaError(code: .timedOut, message: "committing took too long", isRetriable: true))
      }
    }
    // Sent inside: the await may let the answer in before its closure runs.
    let error = await withCheckedContinuation { continuation in
      commits[tag] = continuation
      guard let native else { return settleCommit(tag, .stopped) }
      if let error = native.commit(offsets, tag: tag) { settleCommit(tag, error) }
    }
    loop.cancel(deadline)
    if let error { throw error }
  }

  func collectCommits() { native?.drainCommits { settleCommit($0, $1) } }

  func settleCommit(_ tag: UInt, _ error: KafkaError?) { commits.removeValue(forKey: tag)?.resume(returning: error) }

  /// What the group has committed; partitions without a commit are left out.
  func committed(_ partitions: [TopicPartition]) async throws(KafkaError) -> [TopicPartition: KafkaCommit] {
    guard !partitions.isEmpty else { return [:] }
    let limit = options.requestTimeout
    let result: Result<[TopicPartition: KafkaCommit], KafkaError> = await withCheckedContinuation { continuation in
      guard let lookup = native?.lookup else { return continuation.resume(returning: .failure(.stopped)) }
      lookupLoop.post {
        continuation.resume(
          returning: Result { () throws(KafkaError) in try lookup.committed(partitions, within: limit) })
      }
    }
    return try result.get()
  }

  func seek(_ offsets: [TopicPartition: Int64], epoch: UInt64) throws(KafkaError) {
    try membership.requireActive(epoch, offsets.keys, "seek")
    guard let native, !offsets.isEmpty else { return }
    for (partition, offset) in offsets {
      guard offset >= 0 else {
        throw KafkaError(code: .invalidRecord, message: "seek: \(partition) to the negative offset \(offset)")
      }
      if let slot = buffer.slot(of: partition) { buffer.seek(slot, to: offset) }
    }
    // A partition that was assigned a moment ago may not be fetching yet; an assignment carries the offset as well.
    if native.seek(offsets) != nil { reassign() }
    limitBuffer()
  }

  func setPaused(_ partitions: Set<TopicPartition>, _ isPaused: Bool, epoch: UInt64) throws(KafkaError) {
    try membership.requireActive(epoch, partitions, isPaused ? "pause" : "resume")
    for partition in partitions { if let slot = buffer.slot(of: partition) { buffer.setPaused(slot, isPaused) } }
    // While the buffer is full everything is paused, and is resumed without these when there is room again.
    if isPaused { native?.pause(partitions) } else if !isPausedByPressure { native?.resume(partitions) }
    pump()
  }
}

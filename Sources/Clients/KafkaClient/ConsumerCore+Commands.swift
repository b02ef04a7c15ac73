internal import NativeThreads

/// What the application asks for while it holds partitions.
extension ConsumerCore {
  func commit(_ offsets: [TopicPartition: KafkaCommit], epoch: UInt64) async throws(KafkaError) {
    try membership.requireCommittable(epoch, offsets.keys)
    guard let native else { throw .stopped }
    guard !offsets.isEmpty else { return }
    lastCommit += 1
    let tag = lastCommit
    if let error = native.commit(offsets, tag: tag) { throw error }
    let deadline = loop.schedule(after: options.requestTimeout) { [weak self] in
      self?.assumeIsolated {
        $0.settleCommit(tag, KafkaError(code: .timedOut, message: "committing took too long", isRetriable: true))
      }
    }
    let error = await withCheckedContinuation { commits[tag] = $0 }
    loop.cancel(deadline)
    if let error { throw error }
  }

  func collectCommits() { native?.drainCommits { settleCommit($0, $1) } }

  func settleCommit(_ tag: UInt, _ error: KafkaError?) { commits.removeValue(forKey: tag)?.resume(returning: error) }

  /// What the group has committed; partitions without a commit are left out.
  func committed(_ partitions: [TopicPartition]) async throws(KafkaError) -> [TopicPartition: KafkaCommit] {
    guard let lookup = native?.lookup else { throw .stopped }
    guard !partitions.isEmpty else { return [:] }
    let limit = options.requestTimeout
    let result = await withCheckedContinuation { continuation in
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
  }

  func setPaused(_ partitions: Set<TopicPartition>, _ isPaused: Bool, epoch: UInt64) throws(KafkaError) {
    try membership.requireActive(epoch, partitions, isPaused ? "pause" : "resume")
    for partition in partitions { if let slot = buffer.slot(of: partition) { buffer.setPaused(slot, isPaused) } }
    // While the buffer is full everything is paused, and is resumed without these when there is room again.
    if isPaused { native?.pause(partitions) } else if !isFull { native?.resume(partitions) }
    pump()
  }
}

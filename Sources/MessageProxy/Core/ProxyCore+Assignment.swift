/// Partitions come, are read, and go.
extension ProxyCore {
  mutating func assign(_ epoch: UInt64, _ positions: [SourcePartition: RestoredPosition?]) {
    // The group takes everything back before it gives anew; what is left here was never said to be gone.
    release(Array(current.keys))
    for (partition, position) in positions {
      let tracker = OffsetTracker(start: position?.offset, restored: position?.completed ?? CompletedOffsets())
      makeTenure(partition, epoch: epoch, tracker: tracker)
    }
    isIntakeStale = true
  }

  mutating func receive(_ batches: [SourceBatch<Payload>], _ actions: inout [Action]) {
    for batch in batches {
      guard let id = tenure(for: batch, &actions) else { continue }
      for message in batch.messages {
        counters.received += 1
        guard tenures[id]?.tracker.take(message.offset) == true else {
          counters.skipped += 1
          continue
        }
        queue.add(
          tenure: id, offset: message.offset, key: message.key, bytes: message.bytes, payload: message.payload)
      }
      tenures[id]?.isChanged = true
      reviewLatch(id)
    }
  }

  /// The tenure that the batch belongs to; a new one when the log was made anew.
  private mutating func tenure(for batch: SourceBatch<Payload>, _ actions: inout [Action]) -> UInt32? {
    guard let id = current[batch.partition], tenures[id]?.epoch == batch.epoch, tenures[id]?.isRevoking == false
    else { return nil }
    if tenures[id]?.tracker.begin(from: batch.from, next: batch.next) == true { return id }
    release([batch.partition])
    var tracker = OffsetTracker(start: nil)
    _ = tracker.begin(from: batch.from, next: batch.next)
    makeTenure(batch.partition, epoch: batch.epoch, tracker: tracker)
    actions.append(.rewound(batch.partition, offset: batch.from))
    return current[batch.partition]
  }

  mutating func commit(_ actions: inout [Action]) {
    var positions: [UInt64: [SourcePartition: CommitPosition]] = [:]
    let metadataBytes = limits.metadataBytes
    for id in current.values {
      guard let position = tenures[id]?.takeCommit(metadataBytes: metadataBytes), let tenure = tenures[id]
      else { continue }
      positions[tenure.epoch, default: [:]][tenure.partition] = position
    }
    for (epoch, positions) in positions { actions.append(.commit(epoch: epoch, positions)) }
  }

  mutating func markUncommitted(_ partitions: [SourcePartition]) {
    for partition in partitions {
      guard let id = current[partition] else { continue }
      tenures[id]?.committed = nil
      tenures[id]?.isChanged = true
    }
  }

  mutating func beginRevoking(_ partitions: [SourcePartition], _ actions: inout [Action]) {
    let ids = Set(partitions.compactMap { current[$0] })
    for id in ids { tenures[id]?.isRevoking = true }
    queue.drop(ids)
    reportDrained(&actions)
  }

  func reportDrained(_ actions: inout [Action]) {
    guard !tenures.values.contains(where: { $0.isRevoking && $0.out > 0 }) else { return }
    actions.append(.drained)
  }

  mutating func release(_ partitions: [SourcePartition]) {
    let ids = Set(partitions.compactMap { current[$0] })
    guard !ids.isEmpty else { return }
    for id in ids { tenures[id] = nil }
    for partition in partitions { current[partition] = nil }
    queue.drop(ids)
    isIntakeStale = true
  }
}

/// Up to where a partition's records are done, acknowledgements included: what may be committed.
struct AcknowledgementLedger<Partition: Hashable> {
  private struct Batch {
    let id: Int
    let next: Int64
    var outstanding: Int
  }

  private struct Progress {
    var batches: [Batch] = []
    var done: Int64?
    var committed: Int64?
  }

  private var progress: [Partition: Progress] = [:]
  private var lastID = 0
  /// How many acknowledgements are under way.
  private(set) var outstanding = 0

  /// Notes a batch that ends before offset `next` and needs so many acknowledgements; the answer names it.
  mutating func began(_ partition: Partition, next: Int64, acknowledgements: Int) -> Int {
    lastID += 1
    outstanding += acknowledgements
    progress[partition, default: Progress()].batches.append(
      Batch(id: lastID, next: next, outstanding: acknowledgements))
    advance(partition)
    return lastID
  }

  /// Notes acknowledgements of a batch that have arrived; what belongs to a partition given away is ignored.
  mutating func settled(_ partition: Partition, batch id: Int, count: Int) {
    guard let index = progress[partition]?.batches.firstIndex(where: { $0.id == id }) else { return }
    outstanding -= count
    progress[partition]?.batches[index].outstanding -= count
    advance(partition)
  }

  /// The offsets that are done and not yet committed.
  var committable: [Partition: Int64] {
    progress.compactMapValues { $0.done == $0.committed ? nil : $0.done }
  }

  mutating func committed(_ offsets: [Partition: Int64]) {
    for (partition, offset) in offsets { progress[partition]?.committed = offset }
  }

  /// Forgets a partition that is given away.
  mutating func remove(_ partition: Partition) {
    guard let removed = progress.removeValue(forKey: partition) else { return }
    outstanding -= removed.batches.reduce(0) { $0 + $1.outstanding }
  }

  private mutating func advance(_ partition: Partition) {
    guard var own = progress.removeValue(forKey: partition) else { return }
    let finished = own.batches.prefix { $0.outstanding == 0 }
    if let last = finished.last { own.done = last.next }
    own.batches.removeFirst(finished.count)
    progress[partition] = own
  }
}

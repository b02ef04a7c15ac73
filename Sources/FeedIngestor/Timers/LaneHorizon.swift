internal import KafkaClient

/// Tells which messages of the lanes ended without an outcome, rather than with one that still waits to be applied.
///
/// A worker commits past a message only after its outcome is in Kafka. So when everything that stood in the topic of
/// outcomes after a look at the commits has been applied, what they had passed by then has had its say. Without that, a
/// reader that was away for longer than a lease lasts would have everything sent again.
struct LaneHorizon {
  /// A look at the lanes' commits, and then at the ends of the outcomes' partitions.
  struct Look {
    let committed: [TopicPartition: Int64]
    let ends: [TopicPartition: Int64]
  }

  private var settled: [TopicPartition: Int64] = [:]
  private var waiting: Look?

  /// Brings it up to date.
  /// - Parameters:
  ///   - positions: how far the outcomes have been applied.
  ///   - look: takes a new look, when the last one is over.
  mutating func advance(positions: () async throws -> [TopicPartition: Int64], look: () async throws -> Look)
    async throws
  {
    if let waiting, isApplied(waiting, try await positions()) { settle(waiting) }
    guard waiting == nil else { return }
    let fresh = try await look()
    waiting = fresh
    if isApplied(fresh, try await positions()) { settle(fresh) }
  }

  /// Whether the message was taken from its lane, and no outcome of it is left to be applied.
  func hasPassed(_ partition: TopicPartition, offset: Int64) -> Bool { settled[partition] ?? 0 > offset }

  private mutating func settle(_ look: Look) {
    settled = look.committed
    waiting = nil
  }

  private func isApplied(_ look: Look, _ positions: [TopicPartition: Int64]) -> Bool {
    look.ends.allSatisfy { partition, end in positions[partition] ?? 0 >= end }
  }
}

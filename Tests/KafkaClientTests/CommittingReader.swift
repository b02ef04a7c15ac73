import KafkaClient
import Synchronization

/// A member that commits after every pull, and begins at what it has read itself when it gets partitions again.
final class CommittingReader: Sendable {
  private struct State {
    var read: [Int32: [String]] = [:]
    var next: [TopicPartition: Int64] = [:]
    var committed: [TopicPartition: Int64] = [:]
  }

  let consumer: KafkaConsumer
  private let state = Mutex(State())

  init(_ consumer: KafkaConsumer) { self.consumer = consumer }

  /// By partition, in the order in which it came.
  var read: [Int32: [String]] { state.withLock { $0.read } }
  /// How many records lie below the commits that the broker confirmed.
  var committed: Int { state.withLock { Int($0.committed.values.reduce(0, +)) } }

  func run() async throws {
    while let event = try await consumer.next(upTo: 100) {
      switch event {
      case .assigned(let assignment):
        let positions = state.withLock { $0.next }
        try await start(assignment, at: positions.mapValues { .offset($0) })
      case .records(let batches):
        state.withLock { state in
          for batch in batches {
            state.read[batch.partition, default: []] += batch.records.map(\.text)
            state.next[batch.topicPartition] = batch.next
          }
        }
        if let epoch = batches.last?.epoch { try await commit(epoch) }
      case .revoked(let revocation):
        if !revocation.isLost { try await commit(revocation.epoch) }
        await revocation.complete()
      }
    }
  }

  /// A broker that has just come back may not know its groups yet.
  private func start(_ assignment: KafkaAssignment, at starts: [TopicPartition: KafkaStart]) async throws(KafkaError) {
    while true {
      do throws(KafkaError) {
        return try await assignment.start(at: starts)
      } catch {
        if error.code == .fenced { return }
        guard error.isRetriable else { throw error }
      }
    }
  }

  /// Repeats what may succeed later; an assignment that is over ends it.
  private func commit(_ epoch: UInt64) async throws(KafkaError) {
    while true {
      let next = state.withLock { $0.next }
      do throws(KafkaError) {
        try await consumer.commit(next.mapValues { KafkaCommit(offset: $0) }, epoch: epoch)
        return state.withLock { $0.committed = next }
      } catch {
        if error.code == .fenced { return }
        guard error.isRetriable else { throw error }
      }
    }
  }
}

import PostgresClient
import Testing

@testable import FeedIngestor
@testable import KafkaClient

/// How far topics have been applied, on a real database.
@Suite(.timeLimit(.minutes(5)))
struct PositionStoreTests {
  private let zero = TopicPartition(topic: "item-setup", partition: 0)
  private let one = TopicPartition(topic: "item-setup", partition: 1)

  @Test("A new partition begins at its log's first record, and goes on where it was")
  func new() async throws {
    try await ApplyBench.run { bench in
      let store = PositionStore(pool: bench.pool, cluster: "test")
      try await bench.place(partition: 1, next: 7)
      let ends = [zero: KafkaWatermarks(low: 3, high: 9), one: KafkaWatermarks(low: 0, high: 7)]
      #expect(try await store.load(ends) == [zero: 3, one: 7])
      // The log's beginning has moved on since; the position has not.
      try await bench.execute("UPDATE position SET next = 5 WHERE partition = 0")
      #expect(try await store.load([zero: KafkaWatermarks(low: 4, high: 9)]) == [zero: 5])
    }
  }

  @Test("A log that does not hold what comes next is not read: it was replaced, or lost records", arguments: 6...9)
  func placeInTheLog(next: Int64) async throws {
    try await ApplyBench.run { bench in
      let store = PositionStore(pool: bench.pool, cluster: "test")
      let ends = [zero: KafkaWatermarks(low: 7, high: 8)]
      switch next {
      case 7, 8: try store.check([zero: next], against: ends)
      default: #expect(throws: PositionError.self) { try store.check([zero: next], against: ends) }
      }
    }
  }

  @Test("Another cluster has positions of its own")
  func clusters() async throws {
    try await ApplyBench.run { bench in
      try await bench.place(next: 8)
      let other = PositionStore(pool: bench.pool, cluster: "other")
      #expect(try await other.read([zero]) == [:])
      #expect(try await other.load([zero: KafkaWatermarks(low: 0, high: 1)]) == [zero: 0])
      #expect(try await PositionStore(pool: bench.pool, cluster: "test").read([zero, one]) == [zero: 8])
    }
  }
}

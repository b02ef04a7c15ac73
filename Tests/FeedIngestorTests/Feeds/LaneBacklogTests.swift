import ItemModel
import KafkaClient
import Synchronization
import TestKit
import Testing

@testable import FeedIngestor

/// What holds feeds and resends back.
@Suite(.timeLimit(.minutes(5)))
struct LaneBacklogTests {
  @Test("A full lane holds back what fills it, until it is read; another lane's source goes on")
  func ownLane() async throws {
    try await IngestorBench.run({ $0.maxLaneBacklog = 2 }) { bench in
      let context = try bench.context()
      let records = (0..<2).map { KafkaRecord(topic: bench.topics.lane(.bulk), key: [0x6B], value: [UInt8($0)]) }
      for result in await bench.producer.send(records) { _ = try result.get() }
      try await LaneBacklog(.setup, context: context).waitForRoom()
      let hasRoom = Mutex(false)
      let waiting = Task {
        try await LaneBacklog(.bulk, context: context).waitForRoom()
        hasRoom.withLock { $0 = true }
      }
      try await bench.takeFromLane(.bulk) {
        // Seconds have passed: the group's first records take that long.
        #expect(!hasRoom.withLock { $0 })
      }
      try await waiting.value
    }
  }
}

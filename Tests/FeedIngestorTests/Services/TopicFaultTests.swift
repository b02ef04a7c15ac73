import ItemModel
import KafkaClient
import Lifecycle
import TestKit
import Testing

@testable import FeedIngestor

/// Records, topics and positions that are not as they should be, with a real database and an embedded Kafka.
@Suite(.timeLimit(.minutes(5)))
struct TopicFaultTests {
  @Test("No record holds up its topic: what cannot be applied becomes a dead letter, and what follows is applied")
  func poisonRecords() async throws {
    try await IngestorBench.run { bench in
      try await bench.execute("ALTER TABLE item_history ADD CONSTRAINT clean CHECK (detail NOT LIKE '%poison%')")
      let key = try ApplyBench.key()
      try await bench.change(key, #"{"zero\u0000":{}}"#)
      try await bench.change(key, #"{"poison":{}}"#)
      try await bench.change(key, ApplyBench.cost)
      try await bench.running(try TopicReader(number: 0, context: try bench.context())) {
        try await bench.hasApplied(bench.topics.itemSetup, 3)
        let version = try await bench.number("SELECT version FROM item")
        #expect(version > 0)
        for code in ["poison", #"\u0000"#] {
          try await bench.send(
            bench.topics.acknowledgements,
            #"{"deliveryId":"\#(key)/supplier/\#(version)","status":"REJECTED","code":"\#(code)"}"#)
        }
        try await bench.hasApplied(bench.topics.acknowledgements, 2)
      }
      #expect(try await bench.end(of: TopicNames.deadLetters(of: bench.topics.itemSetup)) == 2)
      #expect(try await bench.end(of: TopicNames.deadLetters(of: bench.topics.acknowledgements)) == 1)
      #expect(
        try await bench.number("SELECT count(*) FROM item_history WHERE detail = 'supplier: \u{FFFD}'") == 1)
    }
  }

  @Test("A position that the database lost is made anew, and everything behind it is applied once")
  func lostPosition() async throws {
    try await IngestorBench.run { bench in
      try await bench.running(try TopicReader(number: 0, context: try bench.context())) {
        try await bench.change(try ApplyBench.key(1), ApplyBench.price("1"))
        try await bench.hasApplied(bench.topics.itemSetup, 1)
        try await bench.execute("DELETE FROM position WHERE topic = '\(bench.topics.itemSetup)'")
        for number in 2...3 as ClosedRange<UInt64> {
          try await bench.change(try ApplyBench.key(number), ApplyBench.price("1"))
          try await bench.hasApplied(bench.topics.itemSetup, Int64(number))
        }
      }
      #expect(try await bench.number("SELECT count(*) FROM item WHERE version > 0") == 3)
      #expect(try await bench.number("SELECT count(*) FROM item_history") == 3)
    }
  }

  @Test("A topic that lost records which were not applied is not read on in silence")
  func recordsLost() async throws {
    try await IngestorBench.run { bench in
      let topic = bench.topics.acknowledgements
      try await bench.execute("INSERT INTO position VALUES ('test', '\(topic)', 0, 0)")
      // The embedded cluster keeps some 5 MB of a partition.
      let filler = String(repeating: "x", count: 900_000)
      for _ in 0..<12 { try await bench.send(topic, filler) }
      let reader = try TopicReader(number: 0, context: try bench.context())
      await #expect {
        try await reader.run(ServiceRun(shutdown: GracefulShutdown()))
      } throws: { error in
        guard case .recordsLost(let partition, _, stored: 0, let begin)? = error as? PositionError else { return false }
        return partition.topic == topic && begin > 0
      }
    }
  }

  @Test("A topic that ends before what was applied is not read")
  func beyondTheLog() async throws {
    try await IngestorBench.run { bench in
      let topic = bench.topics.itemSetup
      try await bench.execute("INSERT INTO position VALUES ('test', '\(topic)', 0, 9)")
      let reader = try TopicReader(number: 0, context: try bench.context())
      await #expect {
        try await reader.run(ServiceRun(shutdown: GracefulShutdown()))
      } throws: { error in
        if case .beyondLog(_, stored: 9, end: 0)? = error as? PositionError { true } else { false }
      }
    }
  }
}

extension IngestorBench {
  /// Writes an item's change to `item-setup`.
  fileprivate func change(_ key: ItemKey, _ attributes: String) async throws {
    let value = #"{"merchantId":"\#(key.merchant)","gtin":"\#(key.gtin.text14)","attributes":\#(attributes)}"#
    try await send(topics.itemSetup, key: key.messageKey, value)
  }

  fileprivate func send(_ topic: String, key: [UInt8]? = nil, _ value: String) async throws {
    for result in await producer.send([KafkaRecord(topic: topic, key: key, value: Array(value.utf8))]) {
      _ = try result.get()
    }
  }

  /// Waits until a topic has been applied up to an offset.
  fileprivate func hasApplied(_ topic: String, _ next: Int64) async throws {
    try await eventually("\(topic) at \(next)") {
      try await number("SELECT coalesce(max(next), 0) FROM position WHERE topic = '\(topic)'") == next
    }
  }
}

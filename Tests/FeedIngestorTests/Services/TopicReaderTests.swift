import ItemModel
import KafkaClient
import Telemetry
import TestKit
import Testing

@testable import FeedIngestor

/// Reading topics, with a real database and an embedded Kafka.
@Suite(.timeLimit(.minutes(5)))
struct TopicReaderTests {
  @Test("What is not committed is not published, and comes once when it is")
  func commitFirst() async throws {
    try await IngestorBench.run { bench in
      try await bench.execute(
        """
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'not now' USING ERRCODE = 'serialization_failure'; END $$
        """)
      try await bench.execute("CREATE TRIGGER refuse BEFORE UPDATE ON item FOR EACH ROW EXECUTE FUNCTION refuse()")
      try await send(try ApplyBench.key(), to: bench)
      try await bench.running(try TopicReader(number: 0, context: try bench.context())) {
        try await eventually("the commit failed") {
          bench.log.messages.contains("not possible at the moment; trying again")
        }
        #expect(try await bench.end(of: bench.topics.lane(.setup)) == 0)
        try await bench.execute("DROP TRIGGER refuse ON item")
        try await eventually("it is published") { try await bench.published == 1 }
        #expect(try await bench.end(of: bench.topics.lane(.setup)) == 1)
        #expect(try await bench.number("SELECT next FROM position WHERE topic = 'item-setup'") == 1)
      }
    }
  }

  @Test("A reader that is ahead of the database goes back, though its connections are the same")
  func behind() async throws {
    try await IngestorBench.run { bench in
      let position = "SELECT coalesce(max(next), 0) FROM position WHERE topic = 'item-setup'"
      let items = "SELECT count(*) FROM item WHERE version > 0"
      try await send(try ApplyBench.key(1), to: bench)
      // A single connection, so that the reader is not led back by a new one.
      try await bench.running(try TopicReader(number: 0, context: try bench.context(2))) {
        try await eventually("the first is applied") { try await bench.number(position) == 1 }
        // The commit is lost, as after a fail-over of which the connections tell nothing.
        try await bench.execute(
          "WITH lost AS (DELETE FROM item) UPDATE position SET next = 0 WHERE topic = 'item-setup'")
        try await send(try ApplyBench.key(2), to: bench)
        try await eventually("both are applied") { try await bench.number(position) == 2 }
        #expect(try await bench.number(items) == 2)
      }
    }
  }

  private func send(_ key: ItemKey, to bench: IngestorBench) async throws {
    let value = """
      {"merchantId":"acme","gtin":"\(key.gtin.text14)","source":"test","attributes":\(ApplyBench.price("5"))}
      """
    let record = KafkaRecord(topic: bench.topics.itemSetup, key: key.messageKey, value: Array(value.utf8))
    for result in await bench.producer.send([record]) { _ = try result.get() }
  }
}

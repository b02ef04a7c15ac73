import ItemModel
import KafkaClient
import Telemetry
import TestKit
import Testing

@testable import FeedIngestor

/// Reading topics, with a real database and an embedded Kafka.
@Suite(.timeLimit(.minutes(1)))
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
      let record = KafkaRecord(
        topic: bench.topics.itemSetup, key: try ApplyBench.key().messageKey,
        value: Array(
          #"{"merchantId":"acme","gtin":"062145556123","source":"test","attributes":\#(ApplyBench.price("5"))}"#.utf8))
      for result in await bench.producer.send([record]) { _ = try result.get() }
      try await bench.running(try TopicReader(number: 0, context: try bench.context())) {
        try await eventually(within: .seconds(20), "the commit failed") {
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
}

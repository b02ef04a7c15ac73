import ItemModel
import KafkaClient
import PostgresClient
import SpecParser
import Telemetry
import TestKit
import Testing

@testable import FeedIngestor

/// Claims of feeds, and their beginnings, with a real database and an embedded Kafka.
@Suite(.timeLimit(.minutes(5)))
struct FeedClaimTests {
  /// A feed of one row, received and not read.
  private func receive(_ bench: IngestorBench) async throws {
    try await bench.submit(
      """
      Item Gtin,Shipnode ID,Unit Cost,Allow other merchants to change cost,Cost Start Date,Cost End Date
      062145556123,1234589,$39.88,Yes,4-11-19,4-21-19

      """)
  }

  private var submission: FeedSubmission {
    get throws {
      FeedSubmission(
        merchant: try unwrap(MerchantID("acme")), spec: "cost", correlationID: "c", idempotencyKey: nil)
    }
  }

  /// Fills the lane, so that the feed waits at its first row.
  private func fillLane(_ bench: IngestorBench) async throws {
    let record = KafkaRecord(topic: bench.topics.lane(.setup), key: [0x6B], value: [1])
    for result in await bench.producer.send([record]) { _ = try result.get() }
  }

  @Test("A feed that waits has one reader, which keeps its claim and goes when another process has it")
  func oneReader() async throws {
    try await IngestorBench.run({ $0.maxLaneBacklog = 1 }) { bench in
      try await fillLane(bench)
      try await receive(bench)
      try await bench.execute("CREATE SEQUENCE claims")
      try await bench.execute(
        """
        CREATE FUNCTION count_claim() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM nextval('claims'); RETURN NEW; END $$
        """)
      try await bench.execute(
        "CREATE TRIGGER count_claim BEFORE UPDATE OF runner ON feed FOR EACH ROW EXECUTE FUNCTION count_claim()")
      try await bench.running(try FeedService(context: try bench.context())) {
        try await eventually("it is claimed") { try await isClaimed(bench) }
        try await bench.execute("UPDATE feed SET claimed_until = now() - interval '1 second'")
        try await eventually("the claim is renewed") { try await isClaimed(bench) }
        #expect(try await bench.number("SELECT last_value FROM claims") == 1)
        try await bench.execute("UPDATE feed SET runner = 'other', claimed_until = now() + interval '1 hour'")
        try await eventually("the reader goes") { bench.log.messages.contains("another process reads the feed") }
        #expect(try await bench.number("SELECT next_row FROM feed") == 0)
      }
    }
  }

  private func isClaimed(_ bench: IngestorBench) async throws -> Bool {
    try await bench.number("SELECT count(*) FROM feed WHERE claimed_until > now()") == 1
  }

  @Test("Rows of a feed that another process has claimed are not applied")
  func otherRunner() async throws {
    try await IngestorBench.run { bench in
      try await receive(bench)
      try await bench.execute("UPDATE feed SET runner = 'one'")
      let feed = try await bench.number("SELECT id FROM feed")
      func batch(_ runner: String) -> ApplyBatch {
        ApplyBatch(
          feed: FeedProgress(
            feed: feed, runner: runner, from: 0, next: 1, isLast: true, rows: [], issues: IssueTally()))
      }
      let applier = try bench.context().applier
      await #expect(throws: FeedMoved.self) { _ = try await applier.apply(batch("other"), slot: 0) }
      _ = try await applier.apply(batch("one"), slot: 0)
      #expect(try await bench.number("SELECT next_row FROM feed") == 1)
    }
  }

  @Test("A feed that another process has claimed is not ended")
  func otherEnd() async throws {
    try await IngestorBench.run { bench in
      try await receive(bench)
      try await bench.execute("UPDATE feed SET runner = 'one'")
      let context = try bench.context()
      func reading(_ runner: String) async throws -> FeedRunner {
        let feed = ClaimedFeed(
          id: try await bench.number("SELECT id FROM feed"), merchant: try unwrap(MerchantID("acme")), spec: "cost",
          specVersion: 9, mode: .apply, policy: .eachRow, isRefused: nil, correlation: "c", nextRow: 0)
        return FeedRunner(
          context: context, feed: feed, slot: 0, runner: runner, backlog: LaneBacklog(.setup, context: context))
      }
      await #expect(throws: FeedMoved.self) { try await reading("other").run() }
      #expect(try await bench.number("SELECT count(*) FROM feed WHERE is_read") == 0)
      try await reading("one").run()
      #expect(try await bench.number("SELECT count(*) FROM feed WHERE is_read") == 1)
    }
  }

  @Test("Uploads that begin at once open no more feeds than a merchant may have")
  func openFeeds() async throws {
    try await IngestorBench.run({ $0.maxOpenFeedsPerMerchant = 2 }) { bench in
      let store = FeedStore(
        pool: bench.pools[0], configuration: try bench.context().configuration, specs: try SpecCatalogue())
      let submission = try submission
      await withTaskGroup { group in
        for _ in 0..<8 { group.addTask { _ = try? await store.begin(submission) } }
      }
      #expect(try await bench.number("SELECT count(*) FROM feed") == 2)
    }
  }
}

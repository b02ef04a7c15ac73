import ItemModel
import JSONCodec
import Telemetry
import TestKit
import Testing

@testable import FeedIngestor

/// Feeds that are only checked, and feeds that are applied as a whole or not at all.
@Suite(.timeLimit(.minutes(5)))
struct FeedModeTests {
  private static let header = "Item Gtin,Shipnode ID,Unit Cost,Cost Start Date,Cost End Date\n"
  /// Another row of item 1 is in the store for January 2019, at node 7.
  private static let stored = header + "00000000000017,7,$5,1-1-19,1-31-19\n"
  private static let good = "00000000000024,7,$5,,\n00000000000024,8,$6,,\n"
  private static let overlapping = "00000000000017,7,$6,1-15-19,2-15-19\n"
  private static let bad = "00000000000031,7,dear,,\n"

  private static func bench(_ body: (IngestorBench) async throws -> Void) async throws {
    try await IngestorBench.run { bench in
      try await bench.submit(stored)
      try await bench.readFeeds()
      try await body(bench)
    }
  }

  /// What a feed is shown with, and its rows as `gtin status codes`.
  private static func outcome(
    _ receipt: FeedReceipt, _ bench: IngestorBench
  ) async throws -> (feed: JSONValue, rows: [String]) {
    let context = try bench.context()
    let reader = FeedReader(pool: context.pool, graph: context.applier.machine.graph)
    let merchant = try unwrap(MerchantID("acme"))
    let page = try await reader.items(receipt.feedID, of: merchant, status: nil, cursor: nil, limit: 1_000)
    let items = try JSONDocument(try unwrap(page)).root["items"]
    let rows = items?.elements.map { item in
      let issues = item["ingestionErrors"]?["ingestionError"]?.elements.compactMap { $0["code"]?.string } ?? []
      let gtin = (item["gtin"]?.string ?? "").drop { $0 == "0" }
      return ([String(gtin), item["ingestionStatus"]?.string ?? ""] + issues).joined(separator: " ")
    }
    return (try JSONDocument(try unwrap(await reader.status(receipt.feedID, of: merchant))).root, rows ?? [])
  }

  private static func counts(_ feed: JSONValue) -> [Int64?] {
    ["itemsReceived", "itemsSucceeded", "itemsFailed", "itemsProcessing", "distinctItems"].map { feed[$0]?.int64 }
  }

  /// All that a feed may change of items and what is sent of them.
  private static func effects(_ bench: IngestorBench) async throws -> [Int64] {
    try await [
      bench.number("SELECT count(*) FROM item"), bench.number("SELECT coalesce(sum(version), 0)::int8 FROM item"),
      bench.number("SELECT count(*) FROM item_history"), bench.number("SELECT count(*) FROM timer"),
      bench.dispatches, bench.end(of: bench.topics.lane(.setup)),
    ]
  }

  /// Reads the feeds, until they have ended too.
  private static func end(_ bench: IngestorBench) async throws {
    try await bench.running(try FeedService(context: try bench.context())) {
      try await eventually("the feeds end") {
        try await bench.number("SELECT count(*) FROM feed WHERE NOT is_read OR (completed_at IS NULL AND id > 1)") == 0
      }
    }
  }

  @Test("A check finds what applying would, counts every row, and changes nothing")
  func validate() async throws {
    try await Self.bench { bench in
      let before = try await Self.effects(bench)
      let receipt = try await bench.submit(
        Self.header + Self.good + Self.overlapping + Self.bad, mode: .validate)
      try await Self.end(bench)
      let (feed, rows) = try await Self.outcome(receipt, bench)
      #expect(feed["feedStatus"]?.string == "PROCESSED")
      #expect(feed["mode"]?.string == "validate")
      #expect(Self.counts(feed) == [4, 2, 2, 0, 1])
      #expect(feed["systems"]?.count == 0)
      #expect(
        rows == [
          "24 SUCCESS", "24 SUCCESS", "17 DATA_ERROR window_overlap_stored", "31 DATA_ERROR invalid_money",
        ])
      #expect(try await Self.effects(bench) == before)
      // The same grid, applied: the same rows fail.
      let applied = try await bench.submit(Self.header + Self.good + Self.overlapping + Self.bad)
      try await bench.readFeeds()
      let outcome = try await Self.outcome(applied, bench)
      #expect(outcome.rows.map { $0.replacing("INPROGRESS", with: "SUCCESS") } == rows)
      #expect(try await Self.effects(bench) != before)
    }
  }

  @Test("What a system is known to refuse is told by a check, before anything is sent")
  func knownFaults() async throws {
    try await Self.bench { bench in
      let version = try await bench.number("SELECT version FROM item")
      try await bench.apply(
        try ApplyBench.key(17),
        .acknowledgement(system: "pricing", version: version, isAccepted: false, code: "no", description: "Not this"))
      // Nothing of the item changes, so that its failure stands.
      let checked = try await bench.submit(Self.stored, mode: .validate)
      let applied = try await bench.submit(Self.stored)
      let whole = try await bench.submit(Self.stored + Self.good, policy: .allOrNothing)
      try await bench.readFeeds()
      #expect(try await Self.outcome(checked, bench).rows == ["17 DATA_ERROR no"])
      #expect(try await Self.outcome(applied, bench).rows == ["17 INPROGRESS no"])
      #expect(
        try await Self.outcome(whole, bench).rows == [
          "17 DATA_ERROR no", "24 DATA_ERROR all_or_nothing", "24 DATA_ERROR all_or_nothing",
        ])
    }
  }

  @Test("One bad row holds back all, each row says so, and nothing changes", arguments: [bad, overlapping])
  func refused(_ row: String) async throws {
    try await Self.bench { bench in
      let before = try await Self.effects(bench)
      let receipt = try await bench.submit(Self.header + Self.good + row, policy: .allOrNothing)
      try await Self.end(bench)
      let (feed, rows) = try await Self.outcome(receipt, bench)
      #expect(feed["feedStatus"]?.string == "ERROR")
      #expect(feed["errorCode"]?.string == "all_or_nothing")
      #expect(Self.counts(feed) == [3, 0, 3, 0, 0])
      #expect(rows.prefix(2) == ["24 DATA_ERROR all_or_nothing", "24 DATA_ERROR all_or_nothing"])
      #expect(rows.last?.hasSuffix(row == Self.bad ? "invalid_money" : "window_overlap_stored") == true)
      #expect(try await Self.effects(bench) == before)
    }
  }

  @Test("A file that breaks off is applied not even in part when all or nothing is asked for")
  func broken() async throws {
    try await Self.bench { bench in
      let before = try await Self.effects(bench)
      // Beyond what is seen at the door.
      let many = try (100..<5_000).map { "\(try ApplyBench.key(UInt64($0)).gtin.text14),7,$5,n/a,\n" }.joined()
      let open = many + "00000000000024,\"7"
      for (policy, received) in [(FeedPolicy.allOrNothing, Int64(4_900)), (.eachRow, 4_900)] {
        let receipt = try await bench.submit(Self.header + open, policy: policy)
        try await bench.readFeeds()
        let feed = try await Self.outcome(receipt, bench).feed
        #expect(feed["errorCode"]?.string == "unterminated_quote")
        #expect(feed["itemsReceived"]?.int64 == received)
        let notes = feed["issues"]?.elements.first { $0["code"]?.string == "placeholder" }
        #expect(notes?["count"]?.int64 == received)
        #expect(feed["distinctItems"]?.int64 == (policy == .eachRow ? received : 0))
        #expect(try await (Self.effects(bench) == before) == (policy == .allOrNothing))
      }
    }
  }

  @Test("What a file's rows in several batches do to one item together is found before one is applied")
  func severalBatches() async throws {
    let configure: (inout IngestConfiguration) -> Void = { ($0.feedBatch, $0.maxWindows) = (2, 3) }
    try await IngestorBench.run(configure) { bench in
      try await bench.submit(Self.header + "00000000000017,1,$5,,\n00000000000024,1,$5,,\n")
      try await bench.readFeeds()
      let before = try await Self.effects(bench)
      // Item 1 has a window for each of four nodes in the end; the limit is three.
      let nodes = "00000000000017,2,$5,,\n00000000000024,2,$5,,\n00000000000017,3,$5,,\n00000000000017,4,$5,,\n"
      let checked = try await bench.submit(Self.header + nodes, mode: .validate)
      let whole = try await bench.submit(Self.header + nodes, policy: .allOrNothing)
      try await bench.readFeeds()
      let rows = ["17 SUCCESS", "24 SUCCESS", "17 SUCCESS", "17 DATA_ERROR too_many_windows"]
      #expect(try await Self.outcome(checked, bench).rows == rows)
      let refused = try await Self.outcome(whole, bench)
      #expect(refused.feed["errorCode"]?.string == "all_or_nothing")
      #expect(
        refused.rows == [
          "17 DATA_ERROR all_or_nothing", "24 DATA_ERROR all_or_nothing", "17 DATA_ERROR all_or_nothing",
          "17 DATA_ERROR too_many_windows",
        ])
      #expect(try await Self.effects(bench) == before)
      // Applied, the same row fails.
      let applied = try await bench.submit(Self.header + nodes)
      try await bench.readFeeds()
      #expect(try await Self.outcome(applied, bench).rows.map { $0.replacing("INPROGRESS", with: "SUCCESS") } == rows)
    }
  }

  @Test("A file without a bad row is applied whole")
  func accepted() async throws {
    try await Self.bench { bench in
      let receipt = try await bench.submit(Self.header + Self.good, policy: .allOrNothing)
      try await bench.readFeeds()
      let (feed, rows) = try await Self.outcome(receipt, bench)
      #expect(Self.counts(feed) == [2, 0, 0, 2, 1])
      #expect(rows == ["24 INPROGRESS", "24 INPROGRESS"])
      #expect(try await bench.number("SELECT count(*) FROM item WHERE version > 0") == 2)
    }
  }

  @Test("What was decided of a file stands when its reader dies in the middle, whatever the items say by then")
  func decisionStands() async throws {
    try await IngestorBench.run({ $0.feedBatch = 1 }) { bench in
      try await bench.submit(Self.stored)
      try await bench.readFeeds()
      let receipt = try await bench.submit(Self.header + Self.good + Self.overlapping, policy: .allOrNothing)
      try await bench.execute(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'refused'; END $$")
      try await bench.execute(
        """
        CREATE TRIGGER refuse BEFORE INSERT ON feed_row FOR EACH ROW WHEN (NEW.index = 1) EXECUTE FUNCTION refuse()
        """)
      try await bench.running(try FeedService(context: try bench.context())) {
        try await eventually("the reading breaks off") {
          bench.log.messages.contains("a feed cannot be read on; trying again")
        }
        #expect(try await bench.number("SELECT next_row FROM feed WHERE id = 2") == 1)
        // The row in the way is gone: every row would be accepted now.
        try await bench.execute("UPDATE item SET version = 0")
        try await bench.execute("DROP TRIGGER refuse ON feed_row")
        try await bench.execute("UPDATE feed SET claimed_until = now()")
        try await eventually("it is read") {
          try await bench.number("SELECT count(*) FROM feed WHERE NOT is_read") == 0
        }
      }
      let rows = try await Self.outcome(receipt, bench).rows
      #expect(rows.allSatisfy { $0.contains("all_or_nothing") } && rows.count == 3, "\(rows)")
      #expect(try await bench.number("SELECT count(*) FROM item WHERE version > 0") == 0)
    }
  }

  @Test("A feed is read by the version of the spec under which it came")
  func specVersion() async throws {
    try await IngestorBench.run { bench in
      let receipt = try await bench.submit(Self.stored)
      #expect(try await bench.number("SELECT spec_version::int8 FROM feed") == 1)
      try await bench.execute("UPDATE feed SET spec_version = 9")
      // Another process may know it: whoever claims in the order of arrival has come to it when the next one is read.
      let other = try await bench.submit(Self.header + Self.good)
      try await bench.running(try FeedService(context: try bench.context())) {
        try await eventually("the other feed is read") {
          try await bench.number("SELECT count(*) FROM feed WHERE is_read") == 1
        }
        try await eventually("it is told") {
          bench.log.messages.contains("feeds wait for a process that knows their spec")
        }
      }
      #expect(try await Self.outcome(other, bench).rows.count == 2)
      #expect(try await bench.number("SELECT count(*) FROM feed WHERE status = 0 AND runner IS NULL") == 1)
      try await bench.execute("UPDATE feed SET deadline = now()")
      try await bench.readFeeds()
      let feed = try await Self.outcome(receipt, bench).feed
      #expect(feed["errorCode"]?.string == "unknown_spec")
      #expect(feed["errorDescription"]?.string?.contains("cost@9") == true)
    }
  }
}

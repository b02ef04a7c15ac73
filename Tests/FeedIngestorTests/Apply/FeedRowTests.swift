import ItemModel
import Testing

@testable import FeedIngestor

/// Rows of a feed that are one item's: what is wrong with one is told of it alone, under its own code.
@Suite(.timeLimit(.minutes(5)))
struct FeedRowTests {
  @Test("Of several rows of one item a bad one is held back alone, and the counts add up")
  func overlapWithinAGrid() async throws {
    try await ApplyBench.run { bench in
      let batch = try await Self.batch(
        [("2019-01-01", "2019-01-31", 1), ("2019-01-15", "2019-02-15", 1), ("2019-03-01", "2019-03-31", 1)], bench)
      // A stretch that does not begin where the feed stands.
      var shifted = batch
      let feed = try #require(batch.feed)
      shifted.feed = FeedProgress(
        feed: feed.feed, from: 1, next: 4, isLast: false, rows: feed.rows, issues: IssueTally())
      let ahead = shifted
      await #expect(throws: FeedMoved.self) { _ = try await bench.applier.apply(ahead, slot: 3) }
      #expect(try await bench.number("SELECT count(*) FROM feed_row") == 0)
      let report = try await bench.applier.apply(batch, slot: 3)
      #expect(report.messages.count == 1)
      #expect(try await bench.number("SELECT received FROM feed_count") == 3)
      #expect(try await bench.number("SELECT failed FROM feed_count") == 1)
      #expect(try await bench.number("SELECT items FROM feed_count") == 1)
      #expect(try await bench.number("SELECT sum(pending)::int8 FROM feed_system_count") == 4)
      #expect(try await Self.issues(bench) == ["1 window_overlap"])
      #expect(try await bench.number("SELECT count(*) FROM item_history WHERE event = 'rejected'") == 1)
      // The same stretch again, as a second reader would have it.
      await #expect(throws: FeedMoved.self) { _ = try await bench.applier.apply(batch, slot: 3) }
    }
  }

  @Test("Two rows with one window and two costs contradict each other")
  func contradiction() async throws {
    try await ApplyBench.run { bench in
      let batch = try await Self.batch(
        [("2019-01-01", "2019-01-31", 1), ("2019-01-01", "2019-01-31", 2), ("2019-01-01", "2019-01-31", 1)], bench)
      _ = try await bench.applier.apply(batch, slot: 0)
      #expect(try await Self.issues(bench) == ["1 window_overlap"])
      #expect(try await Self.windows(bench) == ["2019-01-01 2019-01-31 1"])
    }
  }

  /// The first two rows are good together, though the first is not by itself: it must not fail for the others' sake.
  @Test("What rows do together holds, though others beside them are bad")
  func rowsThatNeedEachOther() async throws {
    try await ApplyBench.run { bench in
      try await bench.place()
      let stored = Self.json(("2019-01-01", "2019-01-10", 1))
      _ = try await bench.applier.apply(
        ApplyBench.batch([(try ApplyBench.key(), try ApplyBench.change(stored))]), slot: 0)
      let batch = try await Self.batch(
        [
          ("2019-01-05", "2019-01-15", 2), ("2019-01-01", "2019-01-04", 3), ("2019-05-01", "2019-05-20", 4),
          ("2019-05-10", "2019-05-30", 5), ("2019-01-12", "2019-01-13", 6),
        ], bench)
      _ = try await bench.applier.apply(batch, slot: 0)
      #expect(try await Self.issues(bench) == ["1 window_replaced", "3 window_overlap", "4 window_overlap"])
      #expect(
        try await Self.windows(bench) == [
          "2019-01-01 2019-01-04 3", "2019-01-05 2019-01-15 2", "2019-05-01 2019-05-20 4",
        ])
    }
  }

  @Test("A row that overlaps what is stored says so")
  func overlapWithTheStore() async throws {
    try await ApplyBench.run { bench in
      try await bench.place()
      let stored = Self.json(("2019-01-01", "2019-01-31", 1))
      _ = try await bench.applier.apply(
        ApplyBench.batch([(try ApplyBench.key(), try ApplyBench.change(stored))]), slot: 0)
      let batch = try await Self.batch([("2019-02-01", "2019-02-15", 1), ("2019-01-15", "2019-01-20", 1)], bench)
      let report = try await bench.applier.apply(batch, slot: 0)
      #expect(report.rejections[0]?.map(\.code) == ["window_overlap_stored"])
      #expect(try await Self.issues(bench) == ["1 window_overlap_stored"])
    }
  }

  @Test("Where no row is named, each is tried by itself")
  func unnamedRows() async throws {
    try await ApplyBench.run(limits: ItemLimits(maxWindows: 2)) { bench in
      let batch = try await Self.batch(
        [("2019-01-01", "2019-01-31", 1), ("2019-02-01", "2019-02-15", 1), ("2019-03-01", "2019-03-31", 1)], bench)
      _ = try await bench.applier.apply(batch, slot: 0)
      #expect(try await Self.issues(bench) == ["2 too_many_windows"])
    }
  }

  private typealias Window = (start: String, end: String, cost: Int)

  private static func json(_ windows: Window...) -> String { json(windows) }

  private static func json(_ windows: [Window]) -> String {
    let list = windows.map { window in
      #"""
      {"shipnodeId":"1","unitCost":{"currencyAmount":\#(window.cost),"currencyUnit":"USD"},
      "startDate":"\#(window.start)","endDate":"\#(window.end)"}
      """#
    }
    return #"{"cost":{"shipnodes":[\#(list.joined(separator: ","))]}}"#
  }

  /// A feed with these rows, all of one item, as its reader makes a batch of them.
  private static func batch(_ windows: [Window], _ bench: ApplyBench) async throws -> ApplyBatch {
    let feed = try await bench.feed()
    let key = try ApplyBench.key()
    let parts = try windows.enumerated().map { index, window in
      ApplyBatch.Entry(
        key: key, event: try ApplyBench.change(json(window), feed: ItemChange.FeedPart(feed: feed, rows: 1)),
        origin: .rows([index]))
    }
    let part = ItemChange.FeedPart(feed: feed, rows: Int32(windows.count))
    let whole = ApplyBatch.Entry(
      key: key, event: try ApplyBench.change(json(windows), feed: part), origin: .rows(Array(windows.indices)),
      parts: parts)
    let rows = windows.indices.map {
      FeedRow(index: Int64($0), line: Int64($0) + 2, gtin: key.gtin, text: "1", isFailed: false, issues: [])
    }
    return ApplyBatch(
      entries: [whole],
      feed: FeedProgress(
        feed: feed, from: 0, next: Int64(windows.count), isLast: true, rows: rows,
        merge: { Array(json($0.map { windows[$0] }).utf8) }, issues: IssueTally()))
  }

  /// Row and code of each issue.
  private static func issues(_ bench: ApplyBench) async throws -> [String] {
    try await bench.texts(
      """
      SELECT r.index || ' ' || (i->>'code') FROM feed_row r,
        jsonb_array_elements(convert_from(r.issues, 'UTF8')::jsonb) i WHERE r.failed = (i->>'type' = 'ERROR')
      ORDER BY r.index
      """)
  }

  private static func windows(_ bench: ApplyBench) async throws -> [String] {
    try await bench.texts(
      """
      SELECT (w->>'startDate') || ' ' || (w->>'endDate') || ' ' || (w->'unitCost'->>'currencyAmount')::numeric::int8
      FROM item, jsonb_array_elements(convert_from(attributes, 'UTF8')::jsonb->'cost'->'shipnodes') w
      """)
  }
}

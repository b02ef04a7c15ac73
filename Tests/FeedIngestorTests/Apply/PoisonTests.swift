import ItemModel
import PostgresClient
import Synchronization
import Testing

@testable import FeedIngestor

/// What the database cannot hold, or cannot read, costs the event that brought it and no other.
@Suite(.timeLimit(.minutes(5)))
struct PoisonTests {
  @Test("A zero character in a name or code holds up nothing")
  func zeroCharacter() async throws {
    try await ApplyBench.run { bench in
      try await bench.place()
      try await bench.place("acks")
      let key = try ApplyBench.key()
      let report = try await bench.applier.apply(
        ApplyBench.batch([
          (key, try ApplyBench.change(#"{"a\u0000":{}}"#)), (key, try ApplyBench.change(ApplyBench.cost)),
        ]), slot: 0)
      #expect(report.rejections[0]?.map(\.code) == ["unknown_group"])
      let version = try #require(report.messages.first.map { try LaneMessage($0.bytes).version })
      let refusal = ItemEvent.acknowledgement(
        system: "supplier", version: version, isAccepted: false, code: "\0", description: "\0")
      let answer = try await bench.applier.apply(ApplyBench.batch([(key, refusal)], topic: "acks"), slot: 0)
      #expect(answer.rejections.isEmpty)
      #expect(
        try await bench.texts("SELECT detail FROM item_history WHERE event <> 'changed' ORDER BY at") == [
          "unknown_group a\u{FFFD}", "supplier: \u{FFFD}",
        ])
    }
  }

  @Test("Events that the database refuses are left out, and all others applied", arguments: [[0], [4], [1, 2, 3]])
  func refusedByTheDatabase(bad: [Int]) async throws {
    try await ApplyBench.run { bench in
      try await bench.place()
      try await bench.refuse("poison")
      let events = try (0..<5).map { place in
        let group = bad.contains(place) ? "poison" : "harmless"
        // Good ones change their item, and have something refused beside it.
        return [
          (try ApplyBench.key(UInt64(place + 1)), try ApplyBench.change(#"{"\#(group)":{}}"#)),
          (try ApplyBench.key(UInt64(place + 1)), try ApplyBench.change(ApplyBench.price("1"))),
        ]
      }
      let calls = Mutex(0)
      let report = try await bench.applier.apply(
        ApplyBench.batch(events.flatMap(\.self)), slot: 0, beforeCommit: { _ in calls.withLock { $0 += 1 } })
      let codes = (0..<5).map { report.rejections[2 * $0]?.map(\.code) ?? [] }
      #expect(codes == (0..<5).map { [bad.contains($0) ? "unstorable" : "unknown_group"] })
      #expect(report.rejections.count == 5)
      #expect(report.messages.count == 5)
      #expect(calls.withLock { $0 } == 1, "what was refused left no trace elsewhere")
      #expect(try await bench.number("SELECT count(*) FROM item WHERE version > 0") == 5)
      #expect(try await bench.number("SELECT next FROM position") == 10)
    }
  }

  @Test("Rows of a feed whose change the database refuses have failed")
  func refusedRows() async throws {
    try await ApplyBench.run { bench in
      try await bench.refuse("seller")
      let feed = try await bench.feed()
      let entries = try ["seller", "product"].enumerated().map { place, group in
        ApplyBatch.Entry(
          key: try ApplyBench.key(UInt64(place + 1)),
          event: try ApplyBench.change(
            #"{"\#(group)":{"title":"t"}}"#, feed: ItemChange.FeedPart(feed: feed, rows: 1)),
          origin: .rows([place]))
      }
      let rows = entries.enumerated().map { place, entry in
        FeedRow(
          index: Int64(place), line: Int64(place), gtin: entry.key.gtin, text: "", isFailed: false, issues: [])
      }
      let batch = ApplyBatch(
        entries: entries,
        feed: FeedProgress(feed: feed, from: 0, next: 2, isLast: true, rows: rows, issues: IssueTally()))
      _ = try await bench.applier.apply(batch, slot: 0)
      #expect(try await bench.texts("SELECT code FROM feed_issue") == ["unstorable"])
      #expect(try await bench.number("SELECT failed FROM feed_count") == 1)
      #expect(try await bench.number("SELECT gtin FROM item WHERE version > 0") == 2)
    }
  }

  @Test("What no event is to blame for is thrown, and blamed on none")
  func nobodysFault() async throws {
    try await ApplyBench.run { bench in
      try await bench.place()
      _ = try await bench.pool.withConnection {
        try await $0.execute("ALTER TABLE position ADD CONSTRAINT low CHECK (next < 1)")
      }
      await #expect(throws: PostgresError.self) {
        _ = try await bench.applier.apply(
          ApplyBench.batch([(try ApplyBench.key(), try ApplyBench.change(ApplyBench.cost))]), slot: 0)
      }
    }
  }

  @Test("A damaged row costs the events of its item")
  func damagedRow() async throws {
    try await ApplyBench.run { bench in
      try await bench.place()
      let (damaged, good) = (try ApplyBench.key(1), try ApplyBench.key(2))
      let change = try ApplyBench.change(ApplyBench.price("1"))
      _ = try await bench.applier.apply(ApplyBench.batch([(damaged, change)]), slot: 0)
      _ = try await bench.pool.withConnection {
        try await $0.execute("UPDATE item SET state = substr(state, 1, length(state) - 3)")
      }
      let report = try await bench.applier.apply(
        ApplyBench.batch([(damaged, change), (good, change)], from: 1), slot: 0)
      #expect(report.rejections.mapValues { $0.map(\.code) } == [0: ["unreadable_item"]])
      #expect(report.messages.map(\.key) == [good])
      // Not so what a newer program wrote.
      _ = try await bench.pool.withConnection { try await $0.execute("UPDATE item SET state = '\\x7f'") }
      await #expect(throws: StateCodingError.unknownFormat) {
        _ = try await bench.applier.apply(ApplyBench.batch([(good, change)], from: 3), slot: 0)
      }
    }
  }

  @Test("Numbers that a fail-over gave twice are replaced")
  func leasesGivenTwice() async throws {
    try await ApplyBench.run { bench in
      try await bench.place()
      let change = try ApplyBench.change(ApplyBench.price("1"))
      _ = try await bench.applier.apply(ApplyBench.batch([(try ApplyBench.key(1), change)]), slot: 0)
      _ = try await bench.pool.withConnection { try await $0.execute("ALTER SEQUENCE lease RESTART") }
      let other = Applier(pool: bench.pool, machine: bench.applier.machine, cluster: "test")
      let report = try await other.apply(ApplyBench.batch([(try ApplyBench.key(2), change)], from: 1), slot: 0)
      #expect(report.messages.count == 1)
    }
  }

  @Test("An answer about an item that is not there is counted, and makes none")
  func answersOfNothing() async throws {
    try await ApplyBench.run { bench in
      try await bench.place()
      try await bench.place("acks")
      let (unknown, refused) = (try ApplyBench.key(1), try ApplyBench.key(2))
      _ = try await bench.applier.apply(
        ApplyBench.batch([(refused, try ApplyBench.change(#"{"colour":{}}"#))]), slot: 0)
      let answer = ItemEvent.acknowledgement(
        system: "supplier", version: 5, isAccepted: true, code: nil, description: nil)
      let report = try await bench.applier.apply(
        ApplyBench.batch([(unknown, answer), (refused, answer)], topic: "acks"), slot: 0)
      #expect(report.unknown == 2)
      #expect(try await bench.number("SELECT count(*) FROM item WHERE version > 0") == 0)
    }
  }
}

extension ApplyBench {
  /// From now on the database refuses lines of history with this in them.
  fileprivate func refuse(_ text: String) async throws {
    _ = try await pool.withConnection {
      try await $0.execute(
        PostgresStatement("ALTER TABLE item_history ADD CONSTRAINT clean CHECK (detail NOT LIKE '%\(text)%')"))
    }
  }
}

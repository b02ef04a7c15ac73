import PostgresClient
import TestKit
import Testing

@testable import FeedIngestor

/// `keep_partitions` on a real database.
@Suite(.timeLimit(.minutes(5)))
struct PartitionTests {
  private func keep(_ bench: ApplyBench) async throws { try await bench.execute("SELECT keep_partitions(30)") }

  private func exists(_ table: String, _ bench: ApplyBench) async throws -> Bool {
    try await bench.number("SELECT count(*) FROM pg_class WHERE relname = '\(table)'") == 1
  }

  private func dispatch(_ lease: Int64, at time: String = "now()", _ bench: ApplyBench) async throws {
    try await bench.execute(
      "INSERT INTO outbox (lease, merchant, gtin, lane, created) VALUES (\(lease), 'acme', 1, 1, \(time))")
    try await bench.execute("INSERT INTO published VALUES (\(lease), 0, 0)")
  }

  @Test("Leases have partitions for more than half an hour ahead at 14,000 dispatches a second, also when they jumped")
  func leasesAhead() async throws {
    try await ApplyBench.run { bench in
      try await dispatch(30_000_000, bench)
      try await bench.execute("SELECT setval('lease', 123456001)")
      try await keep(bench)
      try await dispatch(123_456_001, bench)
      try await dispatch(123_456_001 + 14_000 * 1_800, bench)
    }
  }

  @Test("Partitions are made while others write and read, and wait for nobody")
  func besideWriters() async throws {
    try await ApplyBench.run { bench in
      try await bench.pool.withConnection { writer in
        _ = try await writer.execute(.begin)
        _ = try await writer.execute("INSERT INTO outbox (lease, merchant, gtin, lane) VALUES (1, 'acme', 1, 1)")
        _ = try await writer.execute("SELECT count(*) FROM published, timer, item_history")
        try await bench.execute("SELECT setval('lease', 50000001)")
        try await keep(bench)
        _ = try await writer.execute(.rollback)
      }
      try await dispatch(50_000_001, bench)
    }
  }

  @Test("New partitions have their parent's keys and indexes")
  func indexes() async throws {
    try await ApplyBench.run { bench in
      let own = "SELECT count(*) FROM pg_indexes WHERE tablename = 'outbox_0'"
      #expect(try await bench.number(own) == 1)
      let attached = "SELECT count(*) FROM pg_inherits WHERE inhrelid = 'outbox_0_pkey'::regclass"
      #expect(try await bench.number(attached) == 1)
      try await dispatch(7, bench)
      await #expect(throws: PostgresError.self) { try await dispatch(7, bench) }
    }
  }

  @Test(
    "Dispatches go once the newest of their partition is four days old, and the notes of their publishing with them")
  func oldDispatches() async throws {
    try await ApplyBench.run { bench in
      try await dispatch(1, at: "now() - interval '5 days'", bench)
      try await dispatch(2, at: "now() - interval '3 days'", bench)
      try await dispatch(5_000_001, at: "now() - interval '5 days'", bench)
      try await keep(bench)
      #expect(try await exists("outbox_0", bench))
      #expect(try await !exists("outbox_1", bench))
      #expect(try await !exists("published_1", bench))
    }
  }

  @Test("History goes by age, and one that is being read at the next turn")
  func history() async throws {
    try await ApplyBench.run { bench in
      try await bench.execute(
        "SELECT add_partition('item_history', 'item_history_20200101', '2020-01-01 00:00:00+00', '2020-01-02 00:00:00+00')"
      )
      try await bench.pool.withConnection { reader in
        _ = try await reader.execute(.begin)
        _ = try await reader.execute("SELECT count(*) FROM item_history")
        try await keep(bench)
        #expect(try await exists("item_history_20200101", bench))
        _ = try await reader.execute(.rollback)
      }
      try await keep(bench)
      #expect(try await !exists("item_history_20200101", bench))
      let left = try await bench.number("SELECT count(*) FROM pg_inherits WHERE inhparent = 'item_history'::regclass")
      // One more where a day begins in the middle.
      #expect((9...10).contains(left))
    }
  }

  @Test("Timers go when they have fired, however old they are")
  func timers() async throws {
    try await ApplyBench.run { bench in
      try await bench.execute(
        "SELECT add_partition('timer', 'timer_2020010100', '2020-01-01 00:00:00+00', '2020-01-01 06:00:00+00')")
      try await keep(bench)
      #expect(try await exists("timer_2020010100", bench))
      func fired(_ day: String) async throws {
        try await bench.execute(
          """
          INSERT INTO position VALUES ('', 'timers', 0, (extract(epoch FROM '\(day)+00'::timestamptz) * 1000000)::int8)
          ON CONFLICT (cluster, topic, partition) DO UPDATE SET next = excluded.next
          """)
        try await keep(bench)
      }
      try await fired("2020-01-01 03:00:00")
      #expect(try await exists("timer_2020010100", bench))
      try await fired("2020-01-03 00:00:00")
      #expect(try await !exists("timer_2020010100", bench))
    }
  }
}

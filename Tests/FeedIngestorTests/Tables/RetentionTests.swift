import ItemModel
import PostgresClient
import TestKit
import Testing

@testable import FeedIngestor

/// How feeds go, on a real database.
@Suite(.timeLimit(.minutes(5)))
struct RetentionTests {
  private static let tables = ["feed_chunk", "feed_row", "feed_item", "feed_count", "feed_system_count", "feed_issue"]

  /// A feed with 12 rows and something in every other table.
  private func feed(_ name: String, completed: String, _ bench: IngestorBench) async throws {
    try await bench.execute(
      """
      INSERT INTO feed (public_id, merchant, spec, correlation, deadline, status, completed_at)
      VALUES ('\(name)', 'acme', 'cost', 'c', now(), 2, \(completed))
      """)
    let id = try await bench.number("SELECT id FROM feed WHERE public_id = '\(name)'")
    for insertion in [
      "feed_chunk SELECT \(id), n, 'x' FROM generate_series(1, 3) n",
      "feed_row SELECT \(id), n, n, n, '', false FROM generate_series(1, 12) n",
      "feed_item SELECT \(id), n, 1, '' FROM generate_series(1, 12) n", "feed_count SELECT \(id), 0",
      "feed_system_count SELECT \(id), 0, 'pricing'", "feed_issue SELECT \(id), 'code', 'ERROR', 1, ''",
      "idempotency SELECT 'acme', '\(name)', \(id)",
    ] { try await bench.execute("INSERT INTO \(insertion)") }
  }

  @Test("A feed goes with all that is its own when its time is over, and no other does")
  func feeds() async throws {
    try await IngestorBench.run({ $0.feedRetention = .seconds(10 * 86_400) }) { bench in
      try await feed("old", completed: "now() - interval '11 days'", bench)
      try await feed("older", completed: "now() - interval '12 days'", bench)
      try await feed("young", completed: "now() - interval '9 days'", bench)
      try await feed("open", completed: "NULL", bench)
      try await Housekeeping(context: try bench.context()).removeFeeds()
      #expect(try await bench.number("SELECT count(*) FROM feed WHERE public_id IN ('young', 'open')") == 2)
      #expect(try await bench.number("SELECT count(*) FROM feed") == 2)
      for table in Self.tables + ["idempotency"] {
        #expect(try await bench.number("SELECT count(DISTINCT feed) FROM \(table)") == 2, "\(table)")
      }
      #expect(try await bench.number("SELECT count(*) FROM feed_row") == 24)
    }
  }

  @Test("Each step removes a bounded number of rows, and nobody sees a feed that is half there")
  func steps() async throws {
    try await IngestorBench.run { bench in
      try await feed("old", completed: "now() - interval '11 days'", bench)
      let reader = FeedReader(pool: bench.pools[0], graph: try bench.context().applier.machine.graph)
      let acme = try unwrap(MerchantID("acme"))
      #expect(try await reader.status("old", of: acme) != nil)
      var (steps, left) = (0, Int64(24))
      while try await bench.number("SELECT remove_feeds(interval '10 days', 5)::int::int8") == 1 {
        let now = try await bench.number(
          "SELECT (SELECT count(*) FROM feed_row) + (SELECT count(*) FROM feed_item)")
        #expect(left - now <= 5)
        #expect(try await reader.status("old", of: acme) == nil)
        left = now
        steps += 1
      }
      #expect(left == 0)
      #expect(steps == 7)
      #expect(try await bench.number("SELECT count(*) FROM feed") == 0)
    }
  }

  @Test("Uploads of which nothing came for ten minutes go; others do not")
  func uploads() async throws {
    try await IngestorBench.run { bench in
      for (name, age) in [("dead", 11), ("slow", 9)] {
        try await bench.execute(
          """
          INSERT INTO feed (public_id, merchant, spec, correlation, deadline, status, claimed_until)
          VALUES ('\(name)', 'acme', 'cost', 'c', now(), -1, now() - interval '\(age) minutes')
          """)
      }
      try await Housekeeping(context: try bench.context()).removeFeeds()
      #expect(try await bench.number("SELECT count(*) FROM feed WHERE public_id = 'slow'") == 1)
      #expect(try await bench.number("SELECT count(*) FROM feed") == 1)
    }
  }
}

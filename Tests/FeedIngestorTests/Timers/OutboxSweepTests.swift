import ItemModel
import PostgresClient
import Testing

@testable import FeedIngestor

/// The search for dispatches that were never published, on a real database.
@Suite(.timeLimit(.minutes(5)))
struct OutboxSweepTests {
  /// Dispatches 1 to 10 of an hour ago, 11 to 20 of ten seconds ago, and 21 of now; the odd ones were published.
  private func fill(_ bench: ApplyBench) async throws {
    try await bench.execute(
      """
      INSERT INTO outbox (lease, merchant, gtin, lane, created)
      SELECT n, 'acme', n, 1, now() - CASE WHEN n <= 10 THEN interval '1 hour' WHEN n <= 20 THEN interval '10 seconds'
        ELSE interval '0' END FROM generate_series(1, 21) n
      """)
    try await bench.execute("INSERT INTO published SELECT n, 0, n FROM generate_series(1, 21, 2) n")
  }

  @Test("Stretch by stretch, down to where the reach ends", arguments: [3, 10_000] as [Int64])
  func stretches(size: Int64) async throws {
    try await ApplyBench.run { bench in
      try await fill(bench)
      let sweep = OutboxSweep(pool: bench.pool, reach: .seconds(600), size: size)
      var (end, lost, stretches) = (Int64.max, [Int64](), 0)
      while let stretch = try await sweep.stretch(below: end) {
        #expect(stretch.lowest < end)
        lost += stretch.lost.map(\.lease)
        end = stretch.lowest
        stretches += 1
      }
      #expect(lost.sorted() == [12, 14, 16, 18, 20])
      // Of 21 dispatches the lowest ten are too old, so that no more than the one stretch that touches them is read.
      #expect(stretches == (size == 3 ? 4 : 1))
    }
  }

  @Test("The keys go with their leases")
  func keys() async throws {
    try await ApplyBench.run { bench in
      try await fill(bench)
      let sweep = OutboxSweep(pool: bench.pool, reach: .seconds(600))
      let found = try #require(try await sweep.stretch(below: .max)).lost
      #expect(found.map { Int64($0.key.gtin.number) } == found.map(\.lease))
    }
  }

  @Test("An empty outbox has no stretch")
  func empty() async throws {
    try await ApplyBench.run { bench in
      let found = try await OutboxSweep(pool: bench.pool, reach: .seconds(600)).stretch(below: .max)
      #expect(found == nil)
    }
  }
}

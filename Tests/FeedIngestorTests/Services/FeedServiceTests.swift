import ItemModel
import PostgresClient
import ScratchFiles
import SpecParser
import Telemetry
import TestKit
import Testing

@testable import FeedIngestor

/// Reading feeds, on a real database.
@Suite(.timeLimit(.minutes(5)))
struct FeedServiceTests {
  @Test("A feed whose reading broke off in the middle is read on from there: each row and issue counts once")
  func readOn() async throws {
    try await IngestorBench.run({ $0.feedBatch = 100 }) { bench in
      try await submit(rows: 1_000, to: bench)
      try await bench.execute(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'refused'; END $$")
      try await bench.execute(
        """
        CREATE TRIGGER refuse BEFORE INSERT ON feed_row FOR EACH ROW WHEN (NEW.index >= 300) EXECUTE FUNCTION refuse()
        """)
      let received = "SELECT coalesce(sum(received), 0)::int8 FROM feed_count"
      try await bench.running(try FeedService(context: bench.context())) {
        try await eventually("the reading breaks off") {
          bench.log.messages.contains("a feed cannot be read on; trying again")
        }
        #expect(try await bench.number(received) == 300)
        try await bench.execute("DROP TRIGGER refuse ON feed_row")
        // Nobody need wait until the claim has run out.
        try await bench.execute("UPDATE feed SET claimed_until = now()")
        try await eventually("it is read") {
          try await bench.number("SELECT count(*) FROM feed WHERE is_read") == 1
        }
      }
      #expect(try await bench.number(received) == 1_000)
      #expect(try await bench.number("SELECT sum(failed)::int8 FROM feed_count") == 100)
      #expect(try await bench.number("SELECT count(*) FROM feed_row") == 1_000)
      #expect(try await bench.number("SELECT count(*) FROM item WHERE version > 0") == 900)
      #expect(try await bench.number("SELECT count FROM feed_issue WHERE code = 'invalid_money'") == 100)
    }
  }

  @Test("Rows with much text are applied in smaller batches")
  func batchBytes() async throws {
    try await IngestorBench.run({ $0.feedBatchBytes = 1_000 }) { bench in
      try await submit(rows: 200, to: bench)
      try await bench.readFeeds()
      #expect(try await bench.number("SELECT count(*) FROM feed_row") == 200)
      #expect(try await bench.number("SELECT count(DISTINCT xmin::text) FROM feed_row") > 2)
    }
  }

  @Test("A feed for whose keys the disk has no room is read when it has: the grid is not to blame")
  func noRoom() async throws {
    let space = ScratchSpace(limit: 200_000)
    try await IngestorBench.run({ $0.grid.spill = SpillOptions(memory: 1, space: space) }) { bench in
      try await submit(rows: 2_000, to: bench)
      // Another feed's.
      var other: ScratchFile? = try ScratchFile(in: space)
      try other?.append([UInt8](repeating: 0, count: 199_000))
      try await bench.running(try FeedService(context: bench.context())) {
        try await eventually("the disk is full") {
          bench.log.messages.contains("a feed cannot be read on; trying again")
        }
        #expect(try await bench.number("SELECT count(*) FROM feed WHERE is_read OR error_code IS NOT NULL") == 0)
        other = nil
        try await bench.execute("UPDATE feed SET claimed_until = now()")
        try await eventually("it is read") {
          try await bench.number("SELECT count(*) FROM feed WHERE is_read") == 1
        }
      }
      #expect(try await bench.number("SELECT sum(received)::int8 FROM feed_count") == 2_000)
      #expect(try await bench.number("SELECT count(*) FROM feed WHERE error_code IS NOT NULL") == 0)
      #expect(space.used == 0)
    }
  }

  @Test("A feed that needs more room than all files may have fails, and says so to merchant and operator")
  func neverRoom() async throws {
    let space = ScratchSpace(limit: 50_000)
    try await IngestorBench.run({ $0.grid.spill = SpillOptions(memory: 1, space: space) }) { bench in
      try await submit(rows: 2_000, to: bench)
      try await bench.running(try FeedService(context: bench.context())) {
        try await eventually("it ends") {
          try await bench.number(
            "SELECT count(*) FROM feed WHERE status = 3 AND completed_at IS NOT NULL AND error_text LIKE '%Send it in%'"
          ) == 1
        }
      }
      #expect(try await bench.number("SELECT count(*) FROM feed WHERE error_code = 'needs_too_much_room'") == 1)
      #expect(try await bench.number("SELECT count(*) FROM feed_row") == 0)
      #expect(!bench.log.messages.contains("a feed cannot be read on; trying again"))
      let told = bench.log.events.first { $0.level == .error }
      #expect(told?.metadata.first { $0.key == "scratch.max.bytes" }?.value == "50000")
      #expect(space.used == 0)
    }
  }

  @Test("A grid with a larger cell than the configuration allows is refused, or read up to it where that shows late")
  func smallLimit() async throws {
    try await IngestorBench.run({ $0.grid.maxCellBytes = 50 }) { bench in
      await #expect(throws: FeedRefusal.self) { try await submit(rows: 10, to: bench) }
      // Behind the bytes that the upload looks at.
      let rows = String(repeating: "00062145556123,1,5\n", count: 5_000)
      try await bench.submit(
        "Item Gtin,Shipnode ID,Unit Cost\n\(rows)00062145556123,\(String(repeating: "x", count: 60)),5\n")
      try await bench.running(try FeedService(context: bench.context())) {
        try await eventually("it is read") {
          try await bench.number("SELECT count(*) FROM feed WHERE is_read AND error_code = 'cell_too_large'") == 1
        }
      }
    }
  }

  /// Submits a grid of costs in which every tenth row has a bad one. The rows are long, since the first 64 KiB are read
  /// at once.
  private func submit(rows: Int, to bench: IngestorBench) async throws {
    let space = String(repeating: " ", count: 90)
    var grid = "Item Gtin,Shipnode ID,Unit Cost\n"
    for row in 1...rows {
      grid += "\(try ApplyBench.key(UInt64(row)).gtin.text14),1,\(space)\(row % 10 == 0 ? "dear" : "$5")\n"
    }
    try await bench.submit(grid)
  }
}

import Lifecycle
import PostgresClient
import TestKit
import Testing

@testable import FeedIngestor

/// The services' end.
@Suite(.timeLimit(.minutes(5)))
struct StopTests {
  @Test("A service that is stopped in the middle of a query ends in good order", arguments: ["timer", "feed"])
  func inAQuery(table: String) async throws {
    try await IngestorBench.run { bench in
      let context = try bench.context(0)
      let service: any Service = table == "timer" ? TimerWheel(context: context) : try FeedService(context: context)
      let shutdown = GracefulShutdown()
      try await bench.pools[1].withConnection { connection in
        _ = try await connection.execute(.begin)
        _ = try await connection.execute(PostgresStatement("LOCK TABLE \(table)"))
        let running = Task { try await service.run(ServiceRun(shutdown: shutdown)) }
        try await eventually("it waits for the table") {
          try await bench.number(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") > 0
        }
        shutdown.request()
        await #expect(throws: Never.self) { try await running.end() }
      }
    }
  }
}

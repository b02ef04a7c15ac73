import ItemModel
import KafkaClient
import Lifecycle
import PostgresClient
import Telemetry
import TestKit
import Testing

@testable import FeedIngestor

/// The timers on a real database, with an embedded Kafka.
@Suite(.timeLimit(.minutes(5)))
struct TimerWheelTests {
  enum Ending: CaseIterable {
    case stopped
    case failed
  }

  @Test(
    "A wheel that has ended leaves its lock to the next process, though its connections stay open",
    arguments: Ending.allCases)
  func lock(ending: Ending) async throws {
    try await IngestorBench.run({ $0.backoff = .milliseconds(100) }) { bench in
      let shutdown = GracefulShutdown()
      let first = TimerWheel(context: try bench.context(0))
      let running = Task { try await first.run(ServiceRun(shutdown: shutdown)) }
      try await eventually("the first wheel has the lock") { try await locks(bench) == 1 }
      switch ending {
      case .stopped:
        shutdown.request()
        try await running.end()
      case .failed:
        try await bench.execute("ALTER TABLE timer RENAME TO lost")
        await #expect(throws: PostgresError.self) { try await running.end() }
        try await bench.execute("ALTER TABLE lost RENAME TO timer")
      }

      let key = try ApplyBench.key()
      let sent = try #require(try await bench.apply(key, try ApplyBench.change(ApplyBench.price("5"))).first)
      let message = try LaneMessage(sent.bytes)
      let failed = message.systems.map { SystemOutcome(name: $0.name, result: .systemError, digest: $0.digest) }
      try await bench.apply(key, .outcome(version: message.version, lease: message.lease, failed))
      try await bench.running(TimerWheel(context: try bench.context(1))) {
        try await eventually("the next wheel wakes the item") { try await bench.dispatches == 2 }
      }
    }
  }

  private func locks(_ bench: IngestorBench) async throws -> Int64 {
    try await bench.number(
      """
      SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      """)
  }

  @Test("A dispatch that was committed and never published is found long before its lease is looked at")
  func lostDispatch() async throws {
    try await IngestorBench.run { bench in
      try await bench.apply(try ApplyBench.key(), try ApplyBench.change(ApplyBench.price("5")))
      try await bench.execute("UPDATE outbox SET created = created - interval '1 minute'")
      try await bench.running(TimerWheel(context: try bench.context())) {
        try await eventually("it is dispatched anew, and published") { try await bench.published == 1 }
      }
      #expect(try await bench.dispatches == 2)
      #expect(try await bench.end(of: bench.topics.lane(.setup)) == 1)
    }
  }

  @Test("What waits in its lane is not sent again; what was taken from it and has no outcome is")
  func waiting() async throws {
    try await IngestorBench.run({ $0.leaseTimeout = .milliseconds(200) }) { bench in
      let context = try bench.context()
      let sent = try await bench.apply(try ApplyBench.key(), try ApplyBench.change(ApplyBench.price("5")))
      #expect(try await context.relay.publish(sent).isEmpty)
      let due = "SELECT (extract(epoch FROM due) * 1000)::int8 FROM item"
      let first = try await bench.number(due)
      try await bench.running(TimerWheel(context: context)) {
        try await eventually("the lease was looked at twice") { try await bench.number(due) > first + 500 }
        #expect(try await bench.dispatches == 1)
        try await bench.takeFromLane(.setup)
        try await eventually("it is rescued") { try await bench.published == 2 }
      }
    }
  }

  @Test("The answer to a COMMIT that is lost ends no process; what it was about comes again")
  func lostCommit() async throws {
    try await IngestorBench.run({ $0.backoff = .milliseconds(100) }) { bench in
      let key = try ApplyBench.key()
      let sent = try #require(try await bench.apply(key, try ApplyBench.change(ApplyBench.price("5"))).first)
      let message = try LaneMessage(sent.bytes)
      let failed = message.systems.map { SystemOutcome(name: $0.name, result: .systemError, digest: $0.digest) }
      try await bench.apply(key, .outcome(version: message.version, lease: message.lease, failed))
      // The first connection that commits a change of the item is lost in its COMMIT.
      try await bench.execute("CREATE SEQUENCE commits")
      try await bench.execute(
        """
        CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
          IF nextval('commits') = 1 THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;
          RETURN NULL;
        END $$
        """)
      try await bench.execute(
        """
        CREATE CONSTRAINT TRIGGER lose AFTER UPDATE ON item DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION lose()
        """)
      try await bench.running(TimerWheel(context: try bench.context())) {
        try await eventually("the item is sent again") { try await bench.published == 1 }
      }
      #expect(bench.log.messages.contains("timers wait"))
      #expect(try await bench.number("SELECT last_value FROM commits") > 1)
    }
  }

  @Test("What a topic refuses for a reason that stays is left, and dispatched anew when its lease's time is over")
  func refusedByTheTopic() async throws {
    try await IngestorBench.run({ $0.leaseTimeout = .milliseconds(200) }) { bench in
      let context = try bench.context()
      let sent = try await bench.apply(try ApplyBench.key(), try ApplyBench.change(ApplyBench.price("5")))
      // TOPIC_AUTHORIZATION_FAILED.
      try bench.kafka.failNext(.produce, with: [.code(29)])
      #expect(try await context.relay.publish(sent).isEmpty)
      #expect(bench.log.messages.contains("dispatches cannot be published; they are dispatched anew later"))
      #expect(!context.relay.isPublishing(sent[0].lease))
      #expect(try await bench.published == 0)
      try await bench.running(TimerWheel(context: context)) {
        try await eventually("it is dispatched anew") { try await bench.published == 1 }
      }
    }
  }
}

import ItemModel
import KafkaClient
import Lifecycle
import PostgresClient
import Telemetry
import TestKit
import Testing

@testable import FeedIngestor

/// The timers on a real database, with an embedded Kafka.
@Suite(.timeLimit(.minutes(2)))
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
        try await takeFromLane(bench)
        try await eventually("it is rescued") { try await bench.published == 2 }
      }
    }
  }

  /// Takes the lane's message as a worker would that dies before it tells the outcome.
  private func takeFromLane(_ bench: IngestorBench) async throws {
    let context = try bench.context()
    let consumer = try KafkaConsumer(
      context.kafka, group: context.groups.lane(.setup), topics: [bench.topics.lane(.setup)], logger: .silent)
    var epoch: UInt64 = 0
    reading: while let event = try await consumer.next() {
      switch event {
      case .assigned(let assignment):
        epoch = assignment.epoch
        try await assignment.start(at: Dictionary(assignment.partitions.map { ($0, .beginning) }) { $1 })
      case .revoked(let revocation): await revocation.complete()
      case .records(let batches):
        let ends = Dictionary(batches.map { ($0.topicPartition, KafkaCommit(offset: $0.next)) }) { $1 }
        try await consumer.commit(ends, epoch: epoch)
        break reading
      }
    }
    await consumer.stop(within: .zero)
  }
}

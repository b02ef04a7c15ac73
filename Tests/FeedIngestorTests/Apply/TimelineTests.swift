import ItemModel
import LocalServers
import TestKit
import Testing

@testable import FeedIngestor

/// `apply` on a database that was restored.
@Suite(.timeLimit(.minutes(5)))
struct TimelineTests {
  @Test("A database on another timeline does not believe what it says of the systems")
  func recovered() async throws {
    try await withTemporaryDirectory { directory in
      // Without hot_standby it lets nobody in before its recovery has ended.
      let server = try LocalPostgres(
        directory: directory + "/postgres", settings: ["restore_command": "/bin/false", "hot_standby": "off"])
      let result: Result<Void, any Error>
      do { result = .success(try await recover(server)) } catch { result = .failure(error) }
      await server.stop()
      try result.get()
    }
  }

  private func recover(_ server: LocalPostgres) async throws {
    try await server.start()
    let (key, price) = (try ApplyBench.key(), try ApplyBench.change(ApplyBench.price("5")))
    let version = try await ApplyBench.run(on: server.url) { bench in
      let sent = try await bench.applier.apply(batch(key, price), slot: 0).messages
      let message = try LaneMessage(try #require(sent.first).bytes)
      let accepted = message.systems.map { SystemOutcome(name: $0.name, result: .accepted, digest: $0.digest) }
      _ = try await bench.applier.apply(
        batch(key, .outcome(version: message.version, lease: message.lease, accepted)), slot: 0)
      #expect(try await bench.applier.apply(batch(key, price), slot: 0).messages.isEmpty)
      return message.version
    }
    await server.stop()
    // The end of an archive's recovery begins a new timeline.
    let touched = try await ChildProcess.run(ChildCommand("touch", ["\(server.dataDirectory)/recovery.signal"]))
    try #require(touched.exit.isSuccess)
    try await server.start()
    try await ApplyBench.run(on: server.url) { bench in
      let again = try await bench.applier.apply(batch(key, price), slot: 0).messages
      #expect(try LaneMessage(try #require(again.first).bytes).version > version)
    }
  }

  private func batch(_ key: ItemKey, _ event: ItemEvent) -> ApplyBatch {
    ApplyBatch(entries: [ApplyBatch.Entry(key: key, event: event)])
  }
}

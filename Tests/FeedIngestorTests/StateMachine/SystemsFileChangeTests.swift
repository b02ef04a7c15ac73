internal import Crypto
internal import ItemModel
internal import Testing

@testable internal import FeedIngestor

/// Rows meet a systems file that is not the one they were written under.
@Suite struct SystemsFileChangeTests {
  /// As the row is read by a process with another systems file.
  private func reopened(_ bench: ItemBench, without removed: Set<String>) throws -> ItemBench {
    var other = try ItemBench(without: removed)
    other.now = bench.now
    other.nextLease = bench.nextLease
    let state = try #require(bench.state)
    other.state = try ItemState(
      encoded: state.encoded(bench.machine.graph), version: state.version, timeline: state.timeline,
      attributes: state.attributes, graph: other.machine.graph)
    return other
  }

  @Test func aSystemThatIsGoneIsSettledForAll() throws {
    var bench = try ItemBench()
    let part = ItemChange.FeedPart(feed: 7, rows: 1)
    let dispatch = try bench.change(#"{"seller":{"id":"a"},"logistics":{"tag":"a"}}"#, feed: part).only()
    bench.report(dispatch, .systemError, of: ["seller"])
    bench.report(dispatch, .notAttempted, of: ["logistics"])
    var other = try reopened(bench, without: ["seller"])
    let sent = other.apply(.timer(leases: [:]))
    #expect(other.names(sent) == ["bulk: logistics"] || other.names(sent) == ["setup: logistics"])
    other.accept(try sent.only())
    #expect(other.state?.watchers.isEmpty == true)
    #expect(other.last?.feedChanges.map(\.watcher.result) == [.success])
    let late = SystemOutcome(name: "seller", result: .accepted, digest: dispatch.systems[0].digest)
    #expect(other.apply(.outcome(version: dispatch.version, lease: dispatch.lease, [late])).isEmpty)
    #expect(other.acknowledge("seller", version: dispatch.version).isEmpty)
  }

  @Test func aNewSystemIsFilledByResend() throws {
    var bench = try ItemBench(without: ["seller"])
    let dispatch = try bench.change(#"{"seller":{"id":"a"},"pricing":{"tier":"a"}}"#).only()
    bench.accept(dispatch)
    var other = try reopened(bench, without: [])
    #expect(other.standing("seller") == Standing.none, "nothing happens by itself")
    let sent = other.apply(.resend(system: "seller"))
    #expect(other.names(sent) == ["bulk: seller"])
    #expect(other.standing("pricing") == .settled)
  }

  @Test func theSameFileChangesNothing() throws {
    let bench = try ItemBench.settled()
    var other = try reopened(bench, without: [])
    #expect(other.state == bench.state)
    #expect(other.apply(.timer(leases: [:])).isEmpty)
    #expect(other.state == bench.state)
  }

  /// Processes with the old and the new file share the items while the service is rolled over.
  @Test func anOlderProcessKeepsWhatItDoesNotKnow() throws {
    var bench = try ItemBench()
    for dispatch in try bench.change(#"{"seller":{"id":"a"},"pricing":{"tier":"a"}}"#) { bench.accept(dispatch) }
    var old = try reopened(bench, without: ["seller"])
    try old.accept(old.change(#"{"pricing":{"tier":"b"}}"#).only())
    var new = try reopened(old, without: [])
    #expect(new.apply(.timer(leases: [:])).isEmpty, "nothing is sent again")
    #expect(new["seller"] == bench["seller"])
  }

  @Test func anOlderProcessLeavesMomentsToOthers() throws {
    var bench = try ItemBench()
    bench.report(try bench.change(#"{"seller":{"id":"a"}}"#).only(), .systemError)
    var old = try reopened(bench, without: ["seller"])
    #expect(old.fire().isEmpty)
    let due = try #require(old.state?.due)
    #expect(due > old.now, "it must not spin, nor forget")
    var new = try reopened(old, without: [])
    #expect(new.names(new.fire()) == ["setup: seller"])
    // A system that is gone for good ends when the time to try again is over.
    old.apply(.timer(leases: [:]), after: .seconds(90_000))
    #expect(old.state?.due == nil)
  }
}

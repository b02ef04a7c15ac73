internal import ItemModel
internal import Testing

@testable internal import FeedIngestor

/// A system is updated after those that come before it.
@Suite struct GraphOrderTests {
  private let all = #"{"seller":{"id":"a"},"logistics":{"tag":"a"},"pricing":{"tier":"a"}}"#

  @Test func predecessorsInTheSameMessageWillDo() throws {
    var bench = try ItemBench()
    #expect(bench.names(try bench.change(all)) == ["setup: pricing seller logistics"])
  }

  @Test func settledPredecessorsWillDo() throws {
    var bench = try ItemBench.settled()
    #expect(bench.names(try bench.change(#"{"logistics":{"tag":"b"}}"#)) == ["setup: logistics"])
  }

  @Test func predecessorsWithNothingToHoldWillDo() throws {
    var bench = try ItemBench()
    #expect(bench.names(try bench.change(#"{"logistics":{"tag":"b"}}"#)) == ["setup: logistics"])
  }

  @Test func onesThatAreUnderWayWillNot() throws {
    var bench = try ItemBench()
    let first = try bench.change(#"{"seller":{"id":"a"}}"#).only()
    #expect(try bench.change(#"{"logistics":{"tag":"b"}}"#).isEmpty)
    #expect(bench.standing("logistics") == .pending)
    #expect(bench.names(bench.accept(first)) == ["setup: logistics"])
  }

  @Test func behindAnErrorItWaits() throws {
    var bench = try ItemBench()
    let dispatch = try bench.change(all).only()
    bench.report(dispatch, .systemError, of: ["seller"])
    bench.report(dispatch, .accepted, of: ["pricing"])
    #expect(bench.report(dispatch, .notAttempted, of: ["logistics"]).isEmpty)
    #expect(bench.standing("logistics") == .pending)
    #expect(bench["logistics"].retryAt == nil, "it comes as soon as seller does")
    let again = bench.fire()
    #expect(bench.names(again) == ["setup: seller logistics"])
  }

  /// What stood before it was mended meanwhile by another answer: it must not go round and round at once.
  @Test func notAttemptedThoughNothingStandsBeforeIt() throws {
    var bench = try ItemBench.settled()
    let dispatch = try bench.change(#"{"logistics":{"tag":"b"}}"#).only()
    #expect(bench.report(dispatch, .notAttempted).isEmpty)
    #expect(bench["logistics"].retryAt != nil)
    #expect(bench.fire().count == 1)
  }

  @Test func behindAFailureItIsBlocked() throws {
    var bench = try ItemBench()
    let dispatch = try bench.change(all).only()
    bench.report(dispatch, .dataError, of: ["seller"], code: "refused")
    bench.report(dispatch, .accepted, of: ["pricing"])
    bench.report(dispatch, .notAttempted, of: ["logistics"])
    #expect(bench.standing("logistics") == .blocked)
    #expect(bench.state?.due == nil)
    let mended = try bench.change(#"{"seller":{"id":"b"}}"#)
    #expect(bench.names(mended) == ["setup: seller logistics"])
  }

  /// Whoever comes after an acknowledging system waits for the answer, in the same message too.
  @Test func behindAnAcknowledgingSystemItWaitsForTheAnswer() throws {
    var bench = try ItemBench()
    let systems = bench.machine.graph.systems
    let cost = systems[3]
    let dependent = DownstreamSystem(
      name: cost.name, consumes: cost.consumes, after: [2], template: cost.template, transport: cost.transport,
      read: nil)
    bench.machine = ItemMachine(
      graph: SystemGraph(systems: [systems[0], systems[1], systems[2], dependent], lookups: [], coChange: []))
    let first = try bench.change(#"{"cost":{"code":"a"}}"#)
    #expect(bench.names(first) == ["setup: pricing supplier"])
    #expect(try bench.accept(first.only()).isEmpty)
    #expect(bench.names(bench.acknowledge("supplier")) == ["setup: cost"])
  }

  /// The older version's unfinished work goes over to the newer one, but what still fits goes on, or a hot item would
  /// starve those behind it.
  @Test func aNewerVersionTakesOverWhatIsUnfinished() throws {
    var bench = try ItemBench()
    let first = try bench.change(all).only()
    let second = try bench.change(#"{"logistics":{"tag":"b"}}"#)
    #expect(second.isEmpty, "seller and pricing go on under the first version, logistics waits for them")
    bench.report(first, .accepted, of: ["seller"])
    let third = bench.report(first, .accepted, of: ["pricing"])
    #expect(bench.names(third) == ["setup: logistics"])
    #expect(try third.only().version > first.version)
  }
}

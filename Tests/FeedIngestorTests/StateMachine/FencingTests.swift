internal import ItemModel
internal import JSONCodec
internal import Testing

@testable internal import FeedIngestor

/// Versions fence the systems, leases fence the workers.
@Suite struct FencingTests {
  @Test func theSystemIsAhead() throws {
    var bench = try ItemBench()
    let first = try bench.change(#"{"seller":{"id":"a"}}"#).only()
    #expect(bench.report(first, .systemError, status: 409).isEmpty)
    #expect(bench.standing("seller") == .pending)
    #expect(bench["seller"].retryAt != nil)
    #expect(bench["seller"].sent == nil)
    let second = try bench.fire().only()
    #expect(second.version > first.version, "a version that was refused is not used again")
    bench.accept(first)
    #expect(bench["seller"].held == nil, "the refusal began a new run")
  }

  @Test func aRefusalOfAnOlderDispatchSaysNothing() throws {
    var bench = try ItemBench()
    let first = try bench.change(#"{"seller":{"id":"a"}}"#).only()
    let second = try bench.change(#"{"seller":{"id":"b"}}"#).only()
    let before = bench.state
    bench.report(first, .systemError, status: 409)
    #expect(bench.state == before)
    bench.accept(second)
    #expect(bench.standing("seller") == .settled)
  }

  @Test(arguments: [SystemOutcome.Result.dataError, .systemError, .superseded, .notAttempted, .sent])
  func whatAnOlderLeaseSaysIsIgnored(result: SystemOutcome.Result) throws {
    var bench = try ItemBench()
    let first = try bench.change(#"{"seller":{"id":"a"}}"#).only()
    let second = try bench.apply(.unpublished(lease: first.lease)).only()
    #expect(second.version == first.version && second.lease != first.lease)
    let before = bench.state
    bench.report(first, result)
    #expect(bench.state == before)
    bench.report(second, .dataError, code: "refused")
    #expect(bench.standing("seller") == .failed)
  }

  @Test func theAcceptanceOfAnOlderLeaseCounts() throws {
    var bench = try ItemBench()
    let first = try bench.change(#"{"seller":{"id":"a"}}"#).only()
    bench.apply(.unpublished(lease: first.lease))
    bench.accept(first)
    #expect(bench.standing("seller") == .settled)
    #expect(bench["seller"].open == nil)
    #expect(bench.state?.due == nil)
  }

  /// A restored database gives lease numbers again; a lost message may carry the number of a new one.
  @Test func aLeaseCountsOnlyWithItsVersion() throws {
    var bench = try ItemBench()
    let dispatch = try bench.change(#"{"seller":{"id":"a"}}"#).only()
    let old = Dispatch(
      lane: .setup, version: dispatch.version - 10, lease: dispatch.lease, since: dispatch.since,
      systems: dispatch.systems)
    bench.report(old, .dataError)
    #expect(bench.standing("seller") == .underWay)
  }

  @Test func replaysChangeNothing() throws {
    var bench = try ItemBench()
    let dispatch = try bench.change(#"{"seller":{"id":"a"}}"#).only()
    bench.report(dispatch, .systemError, code: "http_500")
    let failed = bench.state
    bench.report(dispatch, .systemError, code: "http_500")
    #expect(bench.state == failed, "one error counts once")
    let again = try bench.fire().only()
    bench.accept(again)
    let settled = bench.state
    bench.accept(again)
    #expect(try bench.change(#"{"seller":{"id":"a"}}"#).isEmpty)
    #expect(bench.state == settled)
  }

  /// A version is never used for two contents, however the clock stands.
  @Test func versionsOnlyGrow() throws {
    var bench = try ItemBench()
    var versions: [Int64] = []
    for id in ["a", "b", "a", "c"] {
      versions += try bench.change(#"{"seller":{"id":"\#(id)"}}"#, after: .zero).map(\.version)
    }
    bench.now = Instant(microseconds: 5)
    versions += try bench.change(#"{"seller":{"id":"d"}}"#).map(\.version)
    #expect(versions.count == 5)
    #expect(zip(versions, versions.dropFirst()).allSatisfy { $0 < $1 })
  }

  /// One version of an item leaves as one message for each lane that it is due in.
  @Test func twoLanesCarryOneItem() throws {
    var bench = try ItemBench()
    let setup = try bench.change(#"{"seller":{"id":"a"},"cost":{"level":"a"}}"#)
    #expect(bench.names(setup) == ["setup: pricing seller cost logistics"])
    let price = try bench.change(#"{"pricing":{"tier":"b"}}"#, lane: .price)
    #expect(bench.names(price) == ["price: pricing"], "logistics follows pricing and waits for seller")
    try bench.report(setup.only(), .accepted, of: ["seller", "cost"])
    #expect(bench["pricing"].held == nil)
    let after = try bench.accept(price.only())
    #expect(bench.names(after) == ["price: logistics"])
    try bench.report(setup.only(), .accepted, of: ["pricing", "logistics"])
    #expect(bench.standing("pricing") == .settled)
    #expect(bench.standing("logistics") == .underWay, "the older message's logistics is not what is wanted")
  }

  @Test func oneVersionLeavesAsAMessagePerLane() throws {
    var bench = try ItemBench()
    let price = ItemChange(
      attributes: try JSONDocument(#"{"pricing":{"tier":"a"}}"#).root, gtin: "00000001", lane: .price,
      correlationID: "c")
    let setup = ItemChange(
      attributes: try JSONDocument(#"{"product":{"title":"t"},"seller":{"id":"a"}}"#).root, gtin: "00000001",
      lane: .setup, correlationID: "c")
    let sent = bench.apply(.change(price), .change(setup))
    #expect(bench.names(sent) == ["price: pricing", "setup: seller"])
    #expect(Set(sent.map(\.version)).count == 1)
    #expect(Set(sent.map(\.lease)).count == 2)
  }

  /// What is tried again keeps its version, so it cannot share a message with what is sent for the first time.
  @Test func aMessageHasOneVersion() throws {
    var bench = try ItemBench()
    let first = try bench.change(#"{"seller":{"id":"a"}}"#).only()
    bench.report(first, .systemError)
    bench.now = bench.now + .seconds(10)
    let sent = try bench.change(#"{"pricing":{"tier":"a"}}"#)
    #expect(bench.names(sent) == ["setup: pricing", "setup: seller"])
    #expect(sent.last?.version == first.version)
  }

  @Test func theLaneIsTheHighestOfTheCauses() throws {
    var bench = try ItemBench()
    let first = try bench.change(#"{"seller":{"id":"a"}}"#, lane: .price).only()
    #expect(first.lane == .price)
    #expect(
      try bench.change(#"{"seller":{"id":"b"}}"#, lane: .bulk).only().lane == .price, "it is still dirty by a price")
    let third = try bench.change(#"{"seller":{"id":"c"}}"#, lane: .setup).only()
    bench.accept(third)
    #expect(try bench.change(#"{"seller":{"id":"d"}}"#, lane: .bulk).only().lane == .bulk)
  }

  /// What was under way when the wanted content changed says nothing of the new content, which was never tried.
  @Test(arguments: [SystemOutcome.Result.dataError, .systemError, .superseded])
  func aFailureOfWhatIsNoLongerWanted(result: SystemOutcome.Result) throws {
    var bench = try ItemBench()
    let both = try bench.change(#"{"seller":{"id":"a"},"logistics":{"tag":"a"}}"#).only()
    bench.report(both, .accepted, of: ["seller"])
    bench.apply(.resend(system: "seller"))
    #expect(try bench.change(#"{"logistics":{"tag":"b"}}"#).isEmpty, "logistics waits for seller")
    bench.report(both, result, of: ["logistics"], code: "refused")
    #expect(bench["logistics"].failure == nil)
    #expect(bench["logistics"].retryAt == nil)
    #expect(bench["logistics"].open == nil)
  }
}

internal import Crypto
internal import ItemModel
internal import Testing

@testable internal import FeedIngestor

/// A database that went back in time does not lie about the systems.
@Suite struct RestoreTests {
  @Test func nothingIsKnownInAnotherTimeline() throws {
    var bench = try ItemBench.settled()
    // A version that the systems have not seen, though they may have in the lost time.
    #expect(try bench.change(#"{"product":{"title":"t"}}"#).isEmpty)
    let version = try #require(bench.state?.version)
    bench.timeline = 2
    let sent = bench.apply(.timer(leases: [:]))
    #expect(bench.names(sent) == ["setup: pricing seller supplier cost logistics"])
    #expect(sent.allSatisfy { $0.version > version })
    #expect(bench.last?.history.map(\.event) == ["restored"])
    #expect(bench.apply(.timer(leases: [:])).isEmpty, "once")
  }

  @Test func leasesOfAnotherTimelineAreOver() throws {
    var bench = try ItemBench()
    let old = try bench.change(#"{"seller":{"id":"a"}}"#).only()
    bench.timeline = 2
    let new = bench.report(old, .dataError)
    #expect(new.count == 1)
    #expect(bench["seller"].failure == nil)
    bench.accept(old)
    #expect(bench["seller"].held == nil, "what was accepted before may have been replaced in the lost time")
  }

  /// The first attempt of the lost time is not the new version's: an old backup must not fail at the first error.
  @Test func theTimeBeginsAgain() throws {
    var bench = try ItemBench()
    bench.report(try bench.change(#"{"seller":{"id":"a"}}"#).only(), .systemError, code: "http_500")
    bench.timeline = 2
    let sent = bench.apply(.timer(leases: [:]), after: .seconds(10 * 86_400))
    #expect(sent.map(\.since) == [bench.now])
    try bench.report(sent.only(), .systemError, code: "http_500")
    #expect(bench["seller"].failure == nil)
  }

  @Test(arguments: [SystemOutcome.Result.accepted, .sent, .dataError, .systemError, .superseded])
  func anOutcomeFromTheLostTime(result: SystemOutcome.Result) throws {
    var bench = try ItemBench.settled()
    bench.now = bench.now + .seconds(60)
    let lost = Dispatch(
      lane: .setup, version: bench.now.microseconds - 5, lease: 1_000, since: bench.now,
      systems: [(1, Digest(high: 1, low: 2))])
    let again = bench.report(lost, result)
    #expect(bench.names(again) == ["setup: seller"])
    #expect(again.allSatisfy { $0.version > lost.version })
    #expect(bench.last?.history.map(\.event) == ["restored"])
    #expect(bench.report(lost, result).isEmpty, "the second time it is old")
    try bench.accept(again.only())
    #expect(bench.standing("seller") == .settled)
  }

  @Test(arguments: [true, false])
  func anAnswerFromTheLostTime(isAccepted: Bool) throws {
    var bench = try ItemBench.settled()
    bench.now = bench.now + .seconds(60)
    let lost = bench.now.microseconds - 5
    let again = bench.acknowledge("supplier", version: lost, isAccepted: isAccepted)
    #expect(bench.names(again) == ["setup: supplier"])
    #expect(again.allSatisfy { $0.version > lost })
  }

  /// The clock should be past the lost one's. If it is not, versions grow all the same.
  @Test func theClockIsBehindTheLostOne() throws {
    var bench = try ItemBench.settled()
    let lost = bench.now.microseconds + 3_600_000_000
    let again = bench.acknowledge("supplier", version: lost)
    #expect(again.count == 1)
    #expect(again.allSatisfy { $0.version > lost })
    #expect(try bench.change(#"{"seller":{"id":"b"}}"#).allSatisfy { $0.version > lost })
  }

  /// The version may be known to the item, through another system, and still be unknown to this one.
  @Test func eachSystemHasItsOwnNewestVersion() throws {
    var bench = try ItemBench.settled()
    let seller = bench["seller"].newest
    let pricing = try bench.change(#"{"pricing":{"tier":"b"}}"#).only()
    #expect(pricing.version > seller)
    let again = bench.apply(
      .outcome(
        version: pricing.version, lease: 77,
        [SystemOutcome(name: "seller", result: .accepted, digest: Digest(high: 1, low: 2))]))
    #expect(bench.names(again) == ["setup: seller"])
    #expect(again.allSatisfy { $0.version > pricing.version }, "this version was used in the lost time")
  }

  @Test func versionsGrowOverARestoredDatabase() throws {
    var bench = try ItemBench()
    let lost = try bench.change(#"{"seller":{"id":"a"}}"#).only()
    bench.state = nil
    bench.timeline = 2
    let new = try bench.change(#"{"seller":{"id":"b"}}"#).only()
    #expect(new.version > lost.version)
    bench.accept(lost)
    #expect(bench["seller"].held == nil)
  }

  /// A refused change leaves a row without a version. What a restore undid must not make an item of it that nobody has
  /// described; its change comes again.
  @Test func anAnswerMakesNoItem() throws {
    var bench = try ItemBench()
    #expect(try bench.change(#"{"colour":{}}"#).isEmpty)
    let lost = Dispatch(
      lane: .setup, version: bench.now.microseconds - 5, lease: 1, since: bench.now,
      systems: [(1, Digest(high: 1, low: 2))])
    #expect(bench.report(lost, .accepted).isEmpty)
    bench.acknowledge("supplier", version: lost.version)
    #expect(bench.state?.version == 0)
    #expect(try bench.change(#"{"seller":{"id":"a"}}"#).count == 1)
    #expect(bench.state?.gtin == "00000001")
  }
}

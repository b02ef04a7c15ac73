internal import ItemModel
internal import Testing

@testable internal import FeedIngestor

/// What a change says, and whether it is news.
@Suite struct ContentTests {
  @Test func theSameAgainIsNoNews() throws {
    var bench = try ItemBench.settled()
    let version = bench.state?.version
    #expect(try bench.change(#"{"seller":{"id":"a"},"cost":{"level":"a"}}"#).isEmpty)
    #expect(bench.state?.version == version)
    #expect(bench.last?.history.isEmpty == true)
  }

  @Test func theSameAgainIsAnotherChanceForWhatWeFailed() throws {
    var bench = try ItemBench(policy: RetryPolicy(retryFor: [.setup: .zero]))
    let first = try bench.change(#"{"seller":{"id":"a"}}"#).only()
    bench.report(first, .systemError, code: "http_500")
    #expect(bench.standing("seller") == .failed)
    let again = try bench.change(#"{"seller":{"id":"a"}}"#)
    #expect(again.count == 1)
    #expect(try again.only().version > first.version)
  }

  @Test func theSameAgainIsNoChanceForTheMerchantsMistake() throws {
    var bench = try ItemBench()
    let first = try bench.change(#"{"seller":{"id":"a"}}"#).only()
    bench.report(first, .dataError, code: "refused")
    #expect(bench["seller"].failure?.kind == .data)
    let version = bench.state?.version
    #expect(try bench.change(#"{"seller":{"id":"a"}}"#).isEmpty)
    #expect(bench.state?.version == version)
    #expect(bench.names(try bench.change(#"{"cost":{"level":"a"}}"#)) == ["setup: pricing cost"])
    #expect(bench.standing("seller") == .failed, "another system's news is none for it")
    #expect(bench.names(try bench.change(#"{"seller":{"id":"b"}}"#)).first == "setup: seller")
  }

  @Test func aResendIsAChanceForTheMerchantsMistake() throws {
    var bench = try ItemBench()
    let first = try bench.change(#"{"seller":{"id":"a"}}"#).only()
    bench.report(first, .dataError)
    let again = bench.apply(.resend(system: "seller"))
    #expect(again.count == 1)
    #expect(bench["seller"].failure == nil)
  }

  @Test func aMissingAttributeConcernsItsSystemAlone() throws {
    var bench = try ItemBench()
    let sent = try bench.change(#"{"cost":{"level":"a"}}"#)
    #expect(bench.names(sent) == ["setup: pricing cost logistics"])
    #expect(bench["supplier"].failure?.kind == .data)
    #expect(bench["supplier"].failure?.code == "missing_attribute")
    #expect(bench["supplier"].failure?.description.contains("cost.code") == true)
    #expect(bench.apply(.resend(system: "supplier")).isEmpty)
    #expect(bench.apply(.retry).isEmpty)
    #expect(bench.standing("supplier") == .failed)
    #expect(bench.names(try bench.change(#"{"cost":{"code":"a"}}"#)) == ["setup: supplier"])
  }

  @Test func whatMayOnlyChangeTogether() throws {
    var bench = try ItemBench.settled()
    let before = bench.state
    #expect(try bench.change(#"{"seller":{"name":"n"},"pricing":{"tier":"b"}}"#).isEmpty)
    #expect(bench.last?.rejections[0]?.map(\.code) == ["co_change"])
    #expect(bench.state == before, "none of a refused change is applied")
    try bench.change(#"{"seller":{"name":"n","id":"a"}}"#)
    #expect(bench.last?.rejections.isEmpty == true)
  }

  @Test func aSystemIsCalledForItsGroupsOnly() throws {
    var bench = try ItemBench()
    #expect(bench.names(try bench.change(#"{"pricing":{"tier":"a"}}"#, lane: .price)) == ["price: pricing"])
    #expect(bench.standing("logistics") == Standing.none)
    #expect(try bench.change(#"{"product":{"title":"t"}}"#).isEmpty)
  }

  @Test func aRefusedFirstChangeLeavesNoItem() throws {
    var bench = try ItemBench()
    #expect(try bench.change(#"{"nonsense":{}}"#).isEmpty)
    #expect(bench.state?.version == 0)
    #expect(bench.apply(.retry, .resend(system: "seller"), .timer(leases: [:])).isEmpty)
    #expect(bench.state?.version == 0)
  }
}

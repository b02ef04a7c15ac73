internal import ItemModel
internal import Testing

@testable internal import FeedIngestor

/// What a system holds is known only by its own acceptance, and only while nothing else was sent to it.
@Suite struct KnownHoldingTests {
  @Test func aDispatchMakesItUnknown() throws {
    var bench = try ItemBench.settled()
    #expect(bench["seller"].held != nil)
    try bench.change(#"{"seller":{"id":"b"}}"#)
    #expect(bench["seller"].held == nil)
    #expect(bench.standing("seller") == .underWay)
  }

  @Test func whatIsHeldIsNotSent() throws {
    var bench = try ItemBench.settled()
    let sent = try bench.change(#"{"seller":{"name":"n","id":"a"},"pricing":{"tier":"b"}}"#)
    #expect(bench.names(sent) == ["setup: pricing logistics"], "logistics follows pricing")
    #expect(bench.last?.sendsAvoided == 3)
  }

  /// B was cut off by going back to A before it could be sent: A is held still.
  @Test func goingBackBeforeAnythingWasSentSendsNothing() throws {
    var bench = try ItemBench.settled()
    let pricing = try bench.change(#"{"pricing":{"tier":"b"}}"#).only()
    bench.report(pricing, .accepted)
    #expect(bench.standing("logistics") == .settled)
    // A failing seller holds back logistics, whose change is taken back meanwhile.
    let seller = try bench.change(#"{"seller":{"id":"b"},"logistics":{"tag":"b"}}"#).only()
    bench.report(seller, .systemError, of: ["seller"])
    bench.report(seller, .notAttempted, of: ["logistics"])
    let back = try bench.change(#"{"seller":{"id":"a"},"logistics":{"tag":"a"}}"#)
    #expect(bench.names(back) == ["setup: seller logistics"], "both were sent something else, or may have been")
  }

  /// A is on its way, B is sent and unanswered, A is wanted again: what the system holds is open, so A goes out.
  @Test func goingBackWhileSomethingElseIsUnanswered() throws {
    var bench = try ItemBench.settled()
    let changed = try bench.change(#"{"seller":{"id":"b"}}"#)
    let back = try bench.change(#"{"seller":{"id":"a"}}"#)
    #expect(changed.count == 1 && back.count == 1)
    #expect(bench.standing("seller") == .underWay)
    try bench.accept(changed.only())
    #expect(bench["seller"].held == nil, "B's acceptance comes from before A was sent")
    try bench.accept(back.only())
    #expect(bench.standing("seller") == .settled)
  }

  /// v1 = A is accepted but slow to tell, v2 = B is accepted and unanswered: A's acceptance must not stand for now.
  @Test func aLateAcceptanceFromBeforeTheRunCountsForNothing() throws {
    var bench = try ItemBench()
    let a = try bench.change(#"{"seller":{"id":"a"}}"#).only()
    try bench.change(#"{"seller":{"id":"b"}}"#)
    bench.accept(a)
    #expect(bench["seller"].held == nil)
    #expect(bench["seller"].accepted == a.version)
    #expect(bench.standing("seller") == .underWay)
    let again = try bench.change(#"{"seller":{"id":"a"}}"#)
    #expect(bench.names(again) == ["setup: seller"], "else the system keeps B")
  }

  /// Two versions with the same digest and nothing between them are one run: the first one's acceptance counts.
  @Test func anAcceptanceCountsForItsWholeRun() throws {
    var bench = try ItemBench(policy: RetryPolicy(retryFor: [.setup: .zero]))
    let first = try bench.change(#"{"seller":{"id":"a"}}"#).only()
    bench.report(first, .systemError, code: "timeout")
    #expect(bench.standing("seller") == .failed)
    let second = try bench.apply(.retry).only()
    #expect(second.version > first.version && second.lease != first.lease)
    bench.accept(first)
    #expect(bench.standing("seller") == .settled)
    #expect(bench["seller"].open == nil)
  }

  @Test func aResendBeginsANewRun() throws {
    var bench = try ItemBench()
    let first = try bench.change(#"{"seller":{"id":"a"}}"#).only()
    let second = try bench.apply(.resend(system: "seller")).only()
    #expect(second.version > first.version)
    #expect(second.lane == .bulk)
    bench.accept(first)
    #expect(bench.standing("seller") == .underWay, "it is to be sent whatever it held")
    bench.accept(second)
    #expect(bench.standing("seller") == .settled)
  }

  @Test func aResendSendsWhatIsHeldAlready() throws {
    var bench = try ItemBench.settled()
    #expect(bench.names(bench.apply(.resend(system: "pricing"))) == ["bulk: pricing"])
    #expect(bench.standing("logistics") == .settled)
    #expect(bench.apply(.resend(system: "nobody")).isEmpty)
  }
}

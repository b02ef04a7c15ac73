internal import ItemModel
internal import Testing

@testable internal import FeedIngestor

/// How long and how often something is tried.
@Suite struct RetryTests {
  private func sent(policy: RetryPolicy = RetryPolicy()) throws -> (ItemBench, Dispatch) {
    var bench = try ItemBench(policy: policy)
    let dispatch = try bench.change(#"{"seller":{"id":"a"}}"#).only()
    return (bench, dispatch)
  }

  @Test func aSystemErrorIsTriedAgainUnderTheSameName() throws {
    var (bench, dispatch) = try sent()
    #expect(bench.report(dispatch, .systemError, code: "http_500").isEmpty)
    #expect(try bench.change(#"{"seller":{"id":"a"}}"#).isEmpty, "not before its moment")
    let again = bench.fire()
    #expect(again.map(\.version) == [dispatch.version])
    #expect(again.map(\.lease) != [dispatch.lease])
    #expect(again.map(\.since) == [dispatch.since])
  }

  @Test func theWaitDoublesUpToItsLimit() throws {
    var (bench, dispatch) = try sent()
    var waits: [Duration] = []
    for _ in 0..<12 {
      bench.report(dispatch, .systemError)
      waits.append((bench["seller"].retryAt ?? bench.now) - bench.now)
      guard let next = bench.fire().first else { break }
      dispatch = next
    }
    #expect(waits.count == 12)
    for (attempt, wait) in waits.enumerated() {
      let base = min(1 << attempt, 300)
      #expect(wait >= .seconds(base) && wait < .milliseconds(1_250 * base))
    }
  }

  @Test func theSystemsWishIsHonoured() throws {
    var (bench, dispatch) = try sent()
    bench.report(dispatch, .systemError, retryAfter: .seconds(900))
    #expect(bench["seller"].retryAt == bench.now + .seconds(900))
    #expect(bench.apply(.timer(leases: [:]), after: .seconds(899)).isEmpty)
    #expect(bench.apply(.timer(leases: [:]), after: .seconds(1)).count == 1)
  }

  /// The time runs from the first attempt, not from the change; a first attempt is always made.
  @Test func theTimeRunsFromTheFirstAttempt() throws {
    var bench = try ItemBench(policy: RetryPolicy(retryFor: [.setup: .seconds(3_600)]))
    let both = try bench.change(#"{"seller":{"id":"a"},"logistics":{"tag":"a"}}"#).only()
    bench.report(both, .systemError, of: ["seller"], retryAfter: .seconds(3_000))
    bench.report(both, .notAttempted, of: ["logistics"])
    let again = try bench.fire().only()
    #expect(bench.names([again]) == ["setup: seller logistics"])
    bench.report(again, .accepted, of: ["seller"])
    bench.report(again, .systemError, of: ["logistics"], retryAfter: .seconds(3_000))
    let late = try bench.change(#"{"logistics":{"tag":"b"}}"#, after: .seconds(86_400)).only()
    bench.report(late, .systemError, code: "http_500", retryAfter: .seconds(3_599))
    #expect(bench["logistics"].failure == nil, "another content, another first attempt")
    let last = try bench.fire().only()
    bench.now = bench.now + .seconds(1)
    bench.report(last, .systemError, code: "http_500")
    #expect(bench["logistics"].failure?.kind == .system)
    #expect(bench["logistics"].failure?.code == "http_500")
    #expect(bench.state?.due == nil)
  }

  @Test func aSystemThatNeverAnswersEndsAsTimeout() throws {
    var (bench, dispatch) = try sent(policy: RetryPolicy(retryFor: [.setup: .zero]))
    bench.report(dispatch, .systemError, code: "timeout")
    #expect(bench["seller"].failure?.kind == .timeout)
  }

  @Test func waitingInTheTopicIsNoError() throws {
    var (bench, dispatch) = try sent()
    for _ in 0..<5_000 { #expect(bench.fire([dispatch.lease: .waiting]).isEmpty) }
    #expect(bench.fire().isEmpty, "still on its way")
    #expect(bench["seller"].rescues == 0)
    #expect(bench.standing("seller") == .underWay)
    #expect(bench.now - dispatch.since > .seconds(86_400))
    bench.report(dispatch, .systemError, code: "http_500", retryAfter: .seconds(86_399))
    #expect(bench["seller"].failure == nil, "the time runs from the first attempt, which came late")
    let again = try bench.fire().only()
    #expect(again.since == dispatch.since, "though the service level runs from the start")
    bench.now = bench.now + .seconds(1)
    bench.report(again, .systemError, code: "http_500")
    #expect(bench["seller"].failure?.code == "http_500")
  }

  @Test func aLostMessageIsRescuedFiveTimes() throws {
    var (bench, dispatch) = try sent()
    for _ in 0..<5 {
      let next = bench.fire([dispatch.lease: .consumed])
      #expect(next.map(\.version) == [dispatch.version])
      dispatch = try #require(next.first)
    }
    #expect(bench.fire([dispatch.lease: .consumed]).isEmpty)
    #expect(bench["seller"].failure?.code == "poisoned")
    #expect(bench["seller"].failure?.kind == .system)
    bench.accept(dispatch)
    #expect(bench.standing("seller") == .settled, "an acceptance counts whenever it comes")
  }

  @Test func anUnpublishedMessageIsNoRescue() throws {
    var (bench, dispatch) = try sent()
    for _ in 0..<20 { dispatch = try bench.fire([dispatch.lease: .unpublished]).only() }
    #expect(bench["seller"].rescues == 0)
    #expect(bench.apply(.unpublished(lease: dispatch.lease + 1)).isEmpty, "not this one's lease")
    #expect(bench.apply(.unpublished(lease: dispatch.lease)).count == 1)
  }

  @Test func whatCannotBePublishedFails() throws {
    var (bench, dispatch) = try sent()
    bench.apply(.unpublishable(lease: dispatch.lease + 1, code: "unpublishable", description: "too large"))
    #expect(bench.standing("seller") == .underWay)
    bench.apply(.unpublishable(lease: dispatch.lease, code: "unpublishable", description: "too large"))
    #expect(bench.standing("seller") == .failed)
    #expect(bench["seller"].failure?.code == "unpublishable")
    #expect(bench.state?.due == nil)
    #expect(try bench.change(#"{"seller":{"id":"b"}}"#).count == 1, "another content may fit")
  }

  /// An operator's or merchant's retry takes a new version; what did not fail is left alone.
  @Test func aRetryTakesANewVersion() throws {
    var bench = try ItemBench(policy: RetryPolicy(retryFor: [.setup: .zero]))
    let first = try bench.change(#"{"seller":{"id":"a"},"pricing":{"tier":"a"}}"#).only()
    bench.report(first, .accepted, of: ["pricing"])
    bench.report(first, .dataError, of: ["seller"])
    #expect(bench["seller"].failure?.kind == .data)
    let again = bench.apply(.retry)
    #expect(bench.names(again) == ["setup: seller"])
    #expect(try again.only().version > first.version)
    try bench.accept(again.only())
    #expect(bench.apply(.retry).isEmpty)
    #expect(bench.standing("seller") == .settled)
  }
}

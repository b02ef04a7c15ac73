internal import ItemModel
internal import Testing

@testable internal import FeedIngestor

/// A system that answers later, on its own.
@Suite struct AcknowledgementTests {
  /// Supplier alone is dirty: level a, code a.
  private func sent() throws -> (ItemBench, Dispatch) {
    var bench = try ItemBench.settled()
    let dispatch = try bench.change(#"{"cost":{"code":"b"}}"#).only()
    #expect(bench.names([dispatch]) == ["setup: supplier"])
    return (bench, dispatch)
  }

  @Test func aDeliveryIsNoAnswer() throws {
    var (bench, dispatch) = try sent()
    bench.accept(dispatch)
    #expect(bench.standing("supplier") == .underWay)
    #expect(bench["supplier"].open == .answer(until: bench.now + Systems.answerWithin))
    bench.acknowledge("supplier")
    #expect(bench.standing("supplier") == .settled)
    #expect(bench.state?.due == nil)
  }

  @Test func anAnswerBeforeTheOutcome() throws {
    var (bench, dispatch) = try sent()
    bench.acknowledge("supplier")
    #expect(bench.standing("supplier") == .settled)
    bench.accept(dispatch)
    #expect(bench.standing("supplier") == .settled)
    #expect(bench["supplier"].open == nil, "the outcome opens nothing again")
  }

  @Test func aRefusalBeforeTheOutcome() throws {
    var (bench, dispatch) = try sent()
    bench.acknowledge("supplier", isAccepted: false)
    bench.accept(dispatch)
    #expect(bench["supplier"].failure?.kind == .data)
    #expect(bench["supplier"].open == nil)
    #expect(bench.state?.due == nil)
  }

  @Test func nothingIsSentWhileTheSameAwaitsItsAnswer() throws {
    var (bench, dispatch) = try sent()
    bench.accept(dispatch)
    #expect(try bench.change(#"{"cost":{"code":"b"}}"#).isEmpty)
    #expect(bench.names(try bench.change(#"{"seller":{"id":"c"}}"#)) == ["setup: seller logistics"])
    // The code is taken away and given back: what awaits its answer is still what is wanted.
    #expect(try bench.change(#"{"cost":{"code":null}}"#).isEmpty)
    #expect(bench.standing("supplier") == .failed)
    #expect(try bench.change(#"{"cost":{"code":"b"}}"#).isEmpty)
    #expect(bench.standing("supplier") == .underWay)
    bench.acknowledge("supplier")
    #expect(bench.standing("supplier") == .settled)
  }

  /// A lost answer: the same again under the same name, until the time is up. It still counts after that.
  @Test func noAnswer() throws {
    var (bench, dispatch) = try sent()
    let start = bench.now
    var sends = [dispatch]
    for _ in 0..<100 {
      guard let open = sends.last else { break }
      bench.accept(open)
      let again = bench.fire()
      if again.isEmpty { break }
      sends += again
    }
    #expect(sends.allSatisfy { $0.version == dispatch.version })
    #expect(Set(sends.map(\.lease)).count == sends.count)
    #expect(sends.count == 48, "every half hour of a day")
    #expect(bench["supplier"].failure?.kind == .timeout)
    #expect(bench["supplier"].failure?.code == "no_acknowledgement")
    #expect(bench.now - start >= .seconds(86_400))
    bench.acknowledge("supplier")
    #expect(bench.standing("supplier") == .settled)
    #expect(bench["supplier"].failure == nil)
  }

  @Test func onlyTheNewestSendCanBeRefused() throws {
    var (bench, first) = try sent()
    bench.accept(first)
    let second = try bench.change(#"{"cost":{"code":"c"}}"#).only()
    bench.acknowledge("supplier", version: first.version, isAccepted: false)
    #expect(bench.standing("supplier") == .underWay)
    bench.acknowledge("supplier", version: first.version)
    #expect(bench["supplier"].held == nil, "something else was sent since")
    bench.accept(second)
    bench.acknowledge("supplier", version: second.version)
    bench.acknowledge("supplier", version: second.version, isAccepted: false)
    #expect(bench.standing("supplier") == .settled, "it has said that it holds it")
    #expect(bench["supplier"].failure == nil)
  }

  @Test func aLateRefusalOfWhatIsNoLongerWanted() throws {
    var (bench, dispatch) = try sent()
    bench.accept(dispatch)
    try bench.change(#"{"cost":{"code":null}}"#)
    bench.acknowledge("supplier", isAccepted: false)
    #expect(bench["supplier"].failure?.code == "missing_attribute")
  }

  @Test(arguments: [Int64.max, Int64.max / 2])
  func anAnswerToWhatNobodyCanHaveSent(version: Int64) throws {
    var (bench, dispatch) = try sent()
    let before = bench.state
    #expect(bench.acknowledge("supplier", version: version).isEmpty)
    #expect(bench.acknowledge("supplier", version: version, isAccepted: false).isEmpty)
    #expect(bench.state == before)
    bench.accept(dispatch)
    bench.acknowledge("supplier")
    #expect(bench.standing("supplier") == .settled)
  }
}

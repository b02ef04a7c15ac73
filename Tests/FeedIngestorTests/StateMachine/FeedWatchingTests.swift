internal import ItemModel
internal import Testing

@testable internal import FeedIngestor

/// What feeds are told of their items.
@Suite struct FeedWatchingTests {
  private typealias Part = ItemChange.FeedPart

  @Test func aFeedIsToldOfEveryEnd() throws {
    var bench = try ItemBench.settled()
    let sent = try bench.change(
      #"{"seller":{"id":"b"},"pricing":{"tier":"b"}}"#, feed: Part(feed: 7, rows: 2)
    ).only()
    let started = try #require(bench.last?.feedChanges.first)
    #expect(started.moves.count == 5 && started.rowsDone == 0)
    #expect(started.watcher.systems["cost"]?.status == .avoided)
    #expect(started.watcher.systems["seller"]?.status == .pending)
    bench.report(sent, .accepted, of: ["pricing"])
    #expect(bench.last?.feedChanges.first?.watcher.systems["pricing"]?.status == .delivered)
    bench.report(sent, .dataError, of: ["seller"], code: "refused")
    let ended = try #require(bench.last?.feedChanges.first)
    #expect(ended.watcher.systems["seller"]?.code == "refused")
    #expect(ended.watcher.systems["logistics"]?.status == .blocked)
    #expect(ended.rowsDone == 2)
    #expect(ended.watcher.result == .dataError)
    #expect(bench.state?.watchers.isEmpty == true)
  }

  /// An overtaken row ends with the newer version's result, or a hot item would keep its feeds open.
  @Test func anOvertakenFeedEndsWithTheNewerVersion() throws {
    var bench = try ItemBench()
    try bench.change(#"{"seller":{"id":"a"}}"#, feed: Part(feed: 7, rows: 1))
    let second = try bench.change(#"{"seller":{"id":"b"}}"#, feed: Part(feed: 8, rows: 1)).only()
    try bench.change(#"{"seller":{"id":"c"}}"#)
    bench.accept(second)
    #expect(bench.last?.feedChanges.map(\.feed) == [7, 8])
    #expect(bench.last?.feedChanges.allSatisfy { $0.watcher.result == .success } == true)
    #expect(bench.standing("seller") == .underWay)
  }

  @Test func anOlderAcceptanceDoesNotEndANewerFeed() throws {
    var bench = try ItemBench()
    let first = try bench.change(#"{"seller":{"id":"a"}}"#, feed: Part(feed: 7, rows: 1)).only()
    try bench.change(#"{"seller":{"id":"b"}}"#, feed: Part(feed: 8, rows: 1))
    bench.accept(first)
    #expect(bench.last?.feedChanges.map(\.feed) == [7])
    #expect(bench.state?.watchers.map(\.feed) == [8])
  }

  /// Two rows of one item, one after the other ended: the first one's end is taken back, then both end.
  @Test func aFurtherRowOpensTheItemAgain() throws {
    var bench = try ItemBench()
    let first = try bench.change(#"{"seller":{"id":"a"}}"#, feed: Part(feed: 7, rows: 1)).only()
    bench.report(first, .dataError)
    let known = try #require(bench.last?.feedChanges.first?.watcher)
    let second = try bench.change(
      #"{"seller":{"id":"b"}}"#, feed: Part(feed: 7, rows: 1, previous: known)
    ).only()
    let opened = try #require(bench.last?.feedChanges.first)
    #expect(opened.rowsDone == -1 && opened.previous == .dataError)
    #expect(opened.moves.map(\.from) == [.failed] && opened.moves.map(\.to) == [.pending])
    bench.accept(second)
    #expect(bench.last?.feedChanges.first?.rowsDone == 2)
    #expect(bench.last?.feedChanges.first?.watcher.result == .success)
  }

  @Test func aRowThatChangesNothingEndsAtOnce() throws {
    var bench = try ItemBench.settled()
    try bench.change(#"{"seller":{"id":"a"}}"#, feed: Part(feed: 7, rows: 1))
    #expect(bench.last?.feedChanges.map(\.rowsDone).reduce(0, +) == 1)
    #expect(bench.state?.watchers.isEmpty == true)
  }
}

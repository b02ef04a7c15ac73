import ItemModel
import JSONCodec
import Testing

@testable import FeedIngestor

/// What one batch adds to feeds' counts.
struct FeedCountsTests {
  private let system = FeedCounts.System(feed: 7, system: "pricing")

  private func change(
    _ status: FeedSystemStatus, failure: SystemFailure.Kind? = nil, from: FeedSystemStatus? = .pending,
    rowsDone: Int32 = 0, previous: FeedItemResult? = nil
  ) -> FeedChange {
    let result = FeedSystemResult(status: status, failure: failure?.rawValue, code: "")
    let watcher = FeedWatcher(feed: 7, rows: 3, version: 1, systems: ["pricing": result])
    return FeedChange(
      feed: 7, watcher: watcher, moves: [("pricing", from, status)], rowsDone: rowsDone, previous: previous)
  }

  private func counts(_ changes: FeedChange...) throws -> FeedCounts {
    var counts = FeedCounts()
    for (number, change) in changes.enumerated() { counts.add(change, of: try ApplyBench.key(UInt64(number + 1))) }
    return counts
  }

  @Test func anItemLeavesOneStandingForAnother() throws {
    let counts = try counts(
      change(.pending, from: nil), change(.pending, from: nil), change(.delivered), change(.avoided, from: nil),
      change(.failed, failure: .data), change(.blocked, from: nil))
    #expect(
      counts.systems[system]
        == FeedCounts.Standings(pending: 0, delivered: 1, avoided: 1, failed: 2))
  }

  @Test func rowsEndAsTheirItemDoes() throws {
    let counts = try counts(
      change(.delivered, rowsDone: 3), change(.failed, failure: .data, rowsDone: 2),
      change(.failed, failure: .timeout, rowsDone: 4))
    #expect(counts.rows[7] == FeedCounts.Rows(received: 0, succeeded: 3, failed: 6))
  }

  /// Later rows of the same feed open an item again: its earlier rows leave the count that they were in.
  @Test(arguments: [FeedItemResult.success, .dataError]) func rowsThatOpenAgainAreTakenBack(_ ended: FeedItemResult)
    throws
  {
    let counts = try counts(change(.pending, from: .delivered, rowsDone: -3, previous: ended))
    let expected =
      ended == .success ? FeedCounts.Rows(succeeded: -3) : FeedCounts.Rows(failed: -3)
    #expect(counts.rows[7] == expected)
    #expect(counts.systems[system] == FeedCounts.Standings(pending: 1, delivered: -1))
  }

  @Test func issuesAreCountedPastTheirExamples() throws {
    var tally = IssueTally()
    func add(_ count: Int) {
      for line in 1...count {
        tally.add(code: "invalid_money", severity: "ERROR", line: Int64(line), field: "Unit Cost", value: "x")
      }
    }
    add(12)
    tally.add(code: "gtin_check_digit", severity: "WARNING", line: 1, field: "Item Gtin", value: "1")
    let stored = tally.takeChanged().sorted { $0.count > $1.count }
    #expect(stored.map(\.count) == [12, 1])
    #expect(try JSONDocument(stored[0].examples).root.count == IssueTally.maxExamples)
    #expect(tally.takeChanged().isEmpty)
    // Whoever reads the feed on begins with what is stored.
    tally = IssueTally()
    for issue in stored {
      try tally.restore(
        code: issue.kind.code, severity: issue.kind.severity, count: issue.count, examples: issue.examples)
    }
    add(3)
    #expect(tally.takeChanged().map(\.count) == [15])
  }
}

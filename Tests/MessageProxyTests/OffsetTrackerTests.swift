import Randomness
import Testing

@testable import MessageProxy

@Suite struct OffsetTrackerTests {
  @Test func commitsOnlyWhatIsContiguous() {
    var tracker = OffsetTracker(start: 10)
    #expect(tracker.committable == 10)
    #expect(tracker.begin(from: 10, next: 14) == true)
    for offset in [10, 11, 12, 13] as [Int64] { #expect(tracker.take(offset) == true) }
    tracker.complete(11)
    tracker.complete(13)
    #expect(tracker.committable == 10)
    #expect(tracker.completed().ranges == [11..<12, 13..<14])
    #expect(tracker.held == 4)
    tracker.complete(10)
    #expect(tracker.committable == 12)
    tracker.complete(12)
    #expect(tracker.committable == 14)
    #expect(tracker.incomplete == 0)
    #expect(tracker.complete(12) == false)
  }

  @Test func gapsInTheLogAreSteppedOver() {
    var tracker = OffsetTracker(start: nil)
    #expect(tracker.committable == nil)
    #expect(tracker.begin(from: 0, next: 100) == true)
    for offset in [5, 50, 90] as [Int64] { #expect(tracker.take(offset) == true) }
    #expect(tracker.complete(49) == false)
    tracker.complete(5)
    #expect(tracker.committable == 50)
    tracker.complete(90)
    #expect(tracker.completed().ranges == [90..<100])
    tracker.complete(50)
    #expect(tracker.committable == 100)
  }

  @Test func aLogMadeAnewIsSeen() {
    var tracker = OffsetTracker(start: 100)
    #expect(tracker.begin(from: 0, next: 5) == false)
    #expect(tracker.committable == 100)
  }

  @Test func aRestartSkipsWhatWasDoneAndKeepsTheRestOfTheMap() {
    var restored = CompletedOffsets()
    restored.append(3..<5)
    restored.append(8..<10)
    var tracker = OffsetTracker(start: 2, restored: restored)
    #expect(tracker.begin(from: 2, next: 5) == true)
    #expect([2, 3, 4].map { tracker.take($0) } == [true, false, false])
    // What is not read again yet must not be forgotten by the next commit.
    #expect(tracker.completed().ranges == [3..<5, 8..<10])
    tracker.complete(2)
    #expect(tracker.committable == 5)
    #expect(tracker.completed().ranges == [8..<10])
  }

  /// Against a set of offsets: any course of batches with gaps, completions out of order, and restarts.
  @Test(arguments: 0..<12) func agreesWithANaiveModel(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    var log: [Int64] = []
    var offset: Int64 = 0
    for _ in 0..<2_000 {
      log.append(offset)
      offset += Double.random(in: 0..<1, using: &random) < 0.1 ? Int64.random(in: 2...40, using: &random) : 1
    }
    var done: Set<Int64> = []
    var tracker = OffsetTracker(start: 0)
    var out: [Int64] = []
    var position = 0
    while done.count < log.count {
      let dice = Int.random(in: 0..<100, using: &random)
      if dice < 40, position < log.count, tracker.held < 300 {
        let end = min(log.count, position + Int.random(in: 1...40, using: &random))
        let next = log[end - 1] + 1
        #expect(tracker.begin(from: tracker.next ?? 0, next: next) == true)
        for index in position..<end {
          let isNew = tracker.take(log[index])
          #expect(isNew == !done.contains(log[index]))
          if isNew { out.append(log[index]) }
        }
        position = end
      } else if dice < 98, !out.isEmpty {
        let index = Int.random(in: 0..<out.count, using: &random)
        let chosen = out.remove(at: index)
        #expect(tracker.complete(chosen) == true)
        done.insert(chosen)
      } else if dice >= 98, let committed = tracker.committable {
        // A crash: what was out is lost, what the commit says comes back.
        let text = CompletedMap.encode(tracker.completed(), committed: committed)
        let restored = try #require(text.isEmpty ? CompletedOffsets() : CompletedMap.decode(text, committed: committed))
        tracker = OffsetTracker(start: committed, restored: restored)
        out = []
        position = log.firstIndex { $0 >= committed } ?? log.count
      }
      let lowest = log[..<position].first { !done.contains($0) }
      #expect(tracker.committable == lowest ?? (position == 0 ? 0 : tracker.committable))
      #expect(tracker.incomplete == log[..<position].count { !done.contains($0) })
    }
    #expect(tracker.held == 0)
  }
}

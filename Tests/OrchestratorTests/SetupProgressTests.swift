import ItemModel
import Randomness
import Testing

@testable import Orchestrator

@Suite struct SetupProgressTests {
  private let accepted = SystemResult(.accepted)

  private func expect(_ places: [Int], _ called: [Int], sourceLocation: Testing.SourceLocation = #_sourceLocation) {
    #expect(called == places, sourceLocation: sourceLocation)
  }

  @Test func independentSystemsAreCalledAtOnceAndTheRestInOrder() {
    // 0 and 1 by themselves, 2 behind both, 3 behind 2.
    var progress = SetupProgress(before: [[], [], [0, 1], [2]])
    expect([0, 1], progress.start(settled: []))
    expect([], progress.finish(1, accepted))
    expect([2], progress.finish(0, accepted))
    expect([3], progress.finish(2, accepted))
    #expect(!progress.isDone)
    expect([], progress.finish(3, .dataError("x", "")))
    #expect(progress.isDone)
    #expect(progress.results.map(\.result) == [.accepted, .accepted, .accepted, .dataError])
  }

  @Test(arguments: [SystemOutcome.Result.sent, .dataError, .systemError])
  func whatStandsBehindAnythingButAcceptedIsNotAttempted(_ result: SystemOutcome.Result) {
    var progress = SetupProgress(before: [[], [0], [1], []])
    expect([0, 3], progress.start(settled: []))
    expect([], progress.finish(0, SystemResult(result)))
    expect([], progress.finish(3, accepted))
    #expect(progress.isDone)
    #expect(progress.results.map(\.result) == [result, .notAttempted, .notAttempted, .accepted])
  }

  @Test func whatIsLeftOutAtTheStartHoldsBackWhatStandsBehindIt() {
    var progress = SetupProgress(before: [[], [0], [], [1, 2]])
    expect([0, 2], progress.start(settled: [(1, SystemResult(.superseded))]))
    expect([], progress.finish(0, accepted))
    expect([], progress.finish(2, accepted))
    #expect(progress.results.map(\.result) == [.accepted, .superseded, .accepted, .notAttempted])
    var all = SetupProgress(before: [[], [0]])
    expect([], all.start(settled: [(0, SystemResult(.superseded)), (1, SystemResult(.superseded))]))
    #expect(all.isDone)
    #expect(all.results.map(\.result) == [.superseded, .superseded])
  }

  @Test func aSecondResultOfASystemSaysNothing() {
    var progress = SetupProgress(before: [[], [0]])
    _ = progress.start(settled: [])
    expect([], progress.finish(0, .systemError("x", "")))
    expect([], progress.finish(0, accepted))
    expect([], progress.finish(1, accepted))
    #expect(progress.results.map(\.result) == [.systemError, .notAttempted])
  }

  @Test(arguments: 0..<500) func theOrderIsNeverViolated(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let count = Int.random(in: 1...8, using: &random)
    let before = (0..<count).map { place in (0..<place).filter { _ in Int.random(in: 0..<3, using: &random) == 0 } }
    var progress = SetupProgress(before: before)
    let settled = (0..<count).filter { _ in Int.random(in: 0..<8, using: &random) == 0 }
    var ended: [Int: SystemOutcome.Result] = [:]
    for place in settled { ended[place] = .superseded }
    var called: Set<Int> = []
    var open = progress.start(settled: settled.map { ($0, SystemResult(.superseded)) })
    while let index = open.indices.randomElement(using: &random) {
      let place = open.remove(at: index)
      #expect(called.insert(place).inserted, "called twice")
      #expect(before[place].allSatisfy { ended[$0] == .accepted }, "called before its time")
      let result = Int.random(in: 0..<4, using: &random) == 0 ? SystemOutcome.Result.systemError : .accepted
      ended[place] = result
      open += progress.finish(place, SystemResult(result))
    }
    #expect(progress.isDone)
    for (place, result) in progress.results.map(\.result).enumerated() {
      if let known = ended[place] {
        #expect(result == known)
      } else {
        #expect(result == .notAttempted)
        let results = progress.results
        #expect(before[place].contains { results[$0].result != .accepted }, "left out without a reason")
      }
    }
  }
}

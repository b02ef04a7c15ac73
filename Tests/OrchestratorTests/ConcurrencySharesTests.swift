import ItemModel
import Randomness
import Testing

@testable import Orchestrator

@Suite struct ConcurrencySharesTests {
  private func expect(
    _ lane: Lane?, _ shares: inout ConcurrencyShares, sourceLocation: Testing.SourceLocation = #_sourceLocation,
    waiting: (Lane) -> Bool
  ) {
    let taken = shares.take(waiting: waiting)
    #expect(taken == lane, sourceLocation: sourceLocation)
  }

  private let weights: [Lane: Double] = [.price: 5, .setup: 4, .bulk: 1]

  @Test func sharesFollowTheWeights() {
    let shares = ConcurrencyShares(total: 20, weights: weights)
    #expect(Lane.allCases.map { shares.guaranteed(to: $0) } == [2, 8, 10])
    let few = ConcurrencyShares(total: 2, weights: weights)
    #expect(Lane.allCases.map { few.guaranteed(to: $0) } == [0, 1, 1])
    let one = ConcurrencyShares(total: 1, weights: weights)
    #expect(one.guaranteed(to: .price) == 1 && one.guaranteed(to: .bulk) == 0)
  }

  @Test func idleCapacityGoesToLowerLanesAndComesBackFirst() {
    var shares = ConcurrencyShares(total: 10, weights: weights)
    for _ in 0..<10 { expect(.bulk, &shares) { $0 == .bulk } }
    expect(nil, &shares) { _ in true }
    // Every place that is freed goes to the highest lane that is below its share.
    for expected in [Lane.price, .price, .price, .price, .price, .setup, .setup, .setup, .setup] {
      shares.giveBack(.bulk)
      expect(expected, &shares) { _ in true }
    }
    #expect(shares.used(by: .bulk) == 1)
    // Beyond the shares the higher lane is first, but the guarantee of the lower ones stands.
    shares.giveBack(.bulk)
    expect(.bulk, &shares) { _ in true }
    shares.giveBack(.price)
    expect(.setup, &shares) { $0 != .price }
  }

  @Test(arguments: 0..<200) func nothingIsFreeWhileSomebodyWaits(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let total = Int.random(in: 1...20, using: &random)
    var shares = ConcurrencyShares(total: total, weights: weights)
    var waiting: [Lane: Int] = [:]
    var used: [Lane: Int] = [:]
    for _ in 0..<300 {
      switch Int.random(in: 0..<3, using: &random) {
      case 0: waiting[Lane.allCases[Int.random(in: 0..<3, using: &random)], default: 0] += 1
      case 1:
        let busy = Lane.allCases.filter { used[$0, default: 0] > 0 }
        if let lane = busy.randomElement(using: &random) {
          used[lane, default: 0] -= 1
          shares.giveBack(lane)
        }
      default:
        let belowShare = Lane.allCases.filter {
          waiting[$0, default: 0] > 0 && used[$0, default: 0] < shares.guaranteed(to: $0)
        }
        let hasRoom = used.values.reduce(0, +) < total
        let lane = shares.take { waiting[$0, default: 0] > 0 }
        #expect((lane != nil) == (hasRoom && waiting.values.contains { $0 > 0 }))
        if let lane {
          #expect(belowShare.max().map { $0 == lane } ?? true, "a guarantee was passed over")
          waiting[lane, default: 0] -= 1
          used[lane, default: 0] += 1
        }
      }
      #expect(shares.inUse == used.values.reduce(0, +) && shares.inUse <= total)
    }
  }
}

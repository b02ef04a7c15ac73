internal import Foundation
internal import ItemModel
internal import Testing

@testable internal import FeedIngestor

/// Random schedules of everything that can go wrong. `HYPERLOOP_SCHEDULES` sets how many, `HYPERLOOP_SEED` the first.
@Suite struct SimulatorTests {
  @Test(.timeLimit(.minutes(60)))
  func nothingIsLostWhateverHappens() throws {
    let environment = ProcessInfo.processInfo.environment
    let count = environment["HYPERLOOP_SCHEDULES"].flatMap(Int.init) ?? 1_000
    let first = environment["HYPERLOOP_SEED"].flatMap(UInt64.init) ?? 1
    let orders: [Set<String>] = [["pricing", "seller"], ["seller", "supplier"]]
    let worlds = try orders.map { order in
      let graph = try Systems.graph(logisticsAfter: order)
      let older = try Systems.graph(without: ["logistics"])
      return { SimulatedWorld(graph: graph, older: older) }
    }
    for seed in first..<(first + UInt64(count)) {
      let makeWorld = worlds[Int(seed % 3) / 2]
      let actions = SimulatedAction.schedule(seed: seed, count: 40 + Int(seed % 5) * 40)
      guard let violation = try Self.violation(actions, seed: seed, in: makeWorld()) else { continue }
      let shortest = try Self.shrink(actions, seed: seed, makeWorld)
      let world = makeWorld()
      world.trace = []
      let found = try Self.violation(shortest, seed: seed, in: world) ?? violation
      let list = shortest.map(\.description).joined(separator: ", ")
      let trace = (world.trace ?? []).joined(separator: "\n")
      Issue.record("seed \(seed): \(found)\n\(shortest.count) actions: \(list)\n\(trace)")
      return
    }
  }

  /// The first thing that goes wrong when `actions` happen.
  private static func violation(
    _ actions: [SimulatedAction], seed: UInt64, in world: SimulatedWorld
  ) throws -> String? {
    for action in actions {
      world.note("\(action)")
      try world.perform(action)
      if let violation = world.violations.first { return violation }
    }
    try world.settle(seed: seed)
    return world.violations.first
  }

  /// Takes away actions, in ever smaller pieces, while something still goes wrong.
  private static func shrink(
    _ actions: [SimulatedAction], seed: UInt64, _ makeWorld: () -> SimulatedWorld
  ) throws -> [SimulatedAction] {
    var actions = actions
    var size = max(1, actions.count / 2)
    while true {
      var start = 0
      while start < actions.count {
        var fewer = actions
        fewer.removeSubrange(start..<min(start + size, actions.count))
        if try violation(fewer, seed: seed, in: makeWorld()) != nil {
          actions = fewer
        } else {
          start += size
        }
      }
      if size == 1 { return actions }
      size = max(1, size / 2)
    }
  }
}

internal import Crypto
internal import ItemModel
internal import Randomness
internal import Testing

@testable internal import FeedIngestor

/// A row is read back as it was written.
@Suite struct StateCodingTests {
  @Test func everyStateReadsBack() throws {
    let graph = try Systems.graph()
    for seed in 0..<2_000 as Range<UInt64> {
      var random = SeededRandom(seed: seed)
      let state = Self.state(graph, &random)
      let read = try ItemState(
        encoded: state.encoded(graph), version: state.version, timeline: state.timeline, attributes: .empty,
        graph: graph)
      #expect(read == state, "seed \(seed)")
      for watcher in state.watchers { #expect(try FeedWatcher(encoded: watcher.encoded) == watcher) }
    }
  }

  @Test func unknownSystemsAreKeptAsTheyAre() throws {
    let graph = try Systems.graph()
    let fewer = try Systems.graph(without: ["seller", "cost"])
    for seed in 0..<50 as Range<UInt64> {
      var random = SeededRandom(seed: seed)
      let state = Self.state(graph, &random)
      let read = try ItemState(
        encoded: state.encoded(graph), version: state.version, timeline: 3, attributes: .empty, graph: fewer)
      #expect(read.systems == [state.systems[0], state.systems[2], state.systems[4]])
      #expect(read.watchers == state.watchers)
      #expect(read.due == state.due)
      let again = try ItemState(
        encoded: read.encoded(fewer), version: state.version, timeline: 3, attributes: .empty, graph: graph)
      #expect(again == state)
    }
  }

  @Test func damagedRowsAreRefused() throws {
    let graph = try Systems.graph()
    var random = SeededRandom(seed: 2)
    let bytes = Self.state(graph, &random).encoded(graph)
    for count in bytes.indices {
      #expect(throws: StateCodingError.self) {
        _ = try ItemState(
          encoded: Array(bytes[..<count]), version: 1, timeline: 1, attributes: .empty, graph: graph)
      }
    }
    for seed in 0..<5_000 as Range<UInt64> {
      var random = SeededRandom(seed: seed)
      var damaged = bytes
      for _ in 0...random.below(4) { damaged[random.below(damaged.count)] = UInt8(random.below(256)) }
      // Whatever it reads, or refuses: it must not crash.
      _ = try? ItemState(encoded: damaged, version: 1, timeline: 1, attributes: .empty, graph: graph)
    }
  }

  private static func state(_ graph: SystemGraph, _ random: inout SeededRandom) -> ItemState {
    var state = ItemState(gtin: random.pick(["", "062145556123"]), timeline: 3, systemCount: graph.systems.count)
    state.version = number(&random)
    state.correlationID = random.pick(["", "c", "über"])
    state.fingerprint = random.chance(50) ? digest(&random) : nil
    state.systems = state.systems.map { _ in random.chance(20) ? SystemState() : system(&random) }
    state.watchers = (0..<random.below(3)).map { _ in
      var watcher = FeedWatcher(
        feed: number(&random), rows: Int32(random.below(100)), version: number(&random), systems: [:])
      for system in graph.systems where random.chance(60) {
        let status = FeedSystemStatus(rawValue: UInt8(random.below(5))) ?? .pending
        let failure: UInt8? = random.chance(30) ? UInt8(random.below(3)) : nil
        watcher.systems[system.name] = FeedSystemResult(status: status, failure: failure, code: random.pick(["", "x"]))
      }
      return watcher
    }
    return state
  }

  private static func system(_ random: inout SeededRandom) -> SystemState {
    var system = SystemState()
    system.wanted = random.pick([.nothing, .digest(digest(&random)), .missing("cost.code")])
    system.held = random.chance(50) ? digest(&random) : nil
    system.sent = random.chance(50) ? digest(&random) : nil
    (system.accepted, system.newest, system.runFrom) = (number(&random), number(&random), number(&random))
    system.open = random.pick([
      nil, .lease(number(&random), checkAt: instant(&random)), .answer(until: instant(&random)),
    ])
    system.retryAt = random.chance(50) ? instant(&random) : nil
    system.since = random.chance(50) ? instant(&random) : nil
    system.tried = random.chance(50) ? instant(&random) : nil
    system.lane = random.pick(Lane.allCases)
    (system.attempts, system.rescues) = (Int32(random.below(1_000)), Int32(random.below(6)))
    if random.chance(30) {
      let kind = SystemFailure.Kind(rawValue: UInt8(random.below(3))) ?? .system
      system.failure = SystemFailure(kind: kind, code: "refused", description: random.pick(["", "why — 不"]))
    }
    return system
  }

  private static func digest(_ random: inout SeededRandom) -> Digest {
    Digest(high: random.next(), low: random.next())
  }

  /// Of any size, and the extremes.
  private static func number(_ random: inout SeededRandom) -> Int64 {
    random.pick([0, 1, -1, .max, .min, Int64(bitPattern: random.next()), Int64(random.below(1_000_000))])
  }

  private static func instant(_ random: inout SeededRandom) -> Instant { Instant(microseconds: number(&random)) }
}

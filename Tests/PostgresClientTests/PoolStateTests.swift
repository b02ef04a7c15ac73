import Testing

@testable import PostgresClient

struct PoolStateTests {
  final class Line {}

  private let start = ContinuousClock.now

  private func kinds(_ actions: [PoolState<Line>.Action]) -> [String] {
    actions.map {
      switch $0 {
      case .lend(_, let id): "lend \(id)"
      case .refuse(let id, let error): "refuse \(id) \(error.kind)"
      case .open: "open"
      case .close: "close"
      case .backOff(let failures): "back off \(failures)"
      case .drained: "drained"
      }
    }
  }

  @Test func onlyAsManyAreOpenedAsAreWaitedFor() {
    var pool = PoolState<Line>(size: 2, waitingLimit: 3)
    #expect(kinds(pool.wait(1, until: start)) == ["open"])
    #expect(kinds(pool.wait(2, until: start)) == ["open"])
    #expect(kinds(pool.wait(3, until: start)) == [])
    #expect(kinds(pool.wait(4, until: start)) == ["refuse 4 poolExhausted"])
    #expect(kinds(pool.opened(at: start) { _ in Line() }) == ["lend 1"])
    let isWithdrawn = pool.withdraw(2)
    #expect(isWithdrawn)
    #expect(kinds(pool.opened(at: start) { _ in Line() }) == ["lend 3"])
    #expect(pool.generation == 2)
    let idle = pool.takeIdle()
    #expect(idle == nil)
  }

  @Test func failuresAreRetriedOneAtATimeAfterAPause() {
    var pool = PoolState<Line>(size: 4, waitingLimit: 9)
    for id in 1...3 { _ = pool.wait(UInt64(id), until: start) }
    let refused = PostgresError(.connection, "refused")
    #expect(kinds(pool.openFailed(refused)) == ["back off 1"])
    #expect(kinds(pool.openFailed(refused)) == [])
    #expect(kinds(pool.openFailed(refused)) == [])
    #expect(kinds(pool.wait(4, until: start)) == [])
    #expect(kinds(pool.backOffEnded()) == ["open"])
    #expect(kinds(pool.opened(at: start) { _ in Line() }) == ["lend 1", "open", "open", "open"])
    #expect(kinds(pool.expire(at: start + .seconds(1))) == [2, 3, 4].map { "refuse \($0) poolExhausted" })
  }

  @Test func aFailureThatStaysRefusesAllAtOnce() {
    var pool = PoolState<Line>(size: 4, waitingLimit: 9)
    _ = pool.wait(1, until: start)
    _ = pool.wait(2, until: start)
    let actions = kinds(pool.openFailed(PostgresError(.authentication, "no")))
    #expect(actions == ["refuse 1 authentication", "refuse 2 authentication", "back off 1"])
    #expect(kinds(pool.shutDown()) == [])
    #expect(kinds(pool.openFailed(PostgresError(.connection, "late"))) == ["drained"])
  }

  @Test func whatWasIdleForLongIsClosed() {
    var pool = PoolState<Line>(size: 3, waitingLimit: 9)
    for id in 1...3 { _ = pool.wait(UInt64(id), until: start) }
    let lines = (0..<3).map { _ in Line() }
    for line in lines { _ = pool.opened(at: start) { _ in line } }
    for (index, line) in lines.enumerated() { _ = pool.giveBack(line, at: start + .seconds(index)) }
    #expect(kinds(pool.closeIdle(since: start - .seconds(1))) == [])
    #expect(kinds(pool.closeIdle(since: start + .seconds(1))) == ["close", "close"])
    let taken = pool.takeIdle()
    #expect(taken === lines[2])
    #expect(pool.idleCount == 0)
  }
}

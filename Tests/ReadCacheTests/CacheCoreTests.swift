import Randomness
import Testing

@testable import ReadCache

@Suite struct CacheCoreTests {
  private typealias Core = CacheCore<String, Int>
  private let start = ContinuousClock.now

  private func core(redis: Bool = false, _ change: (inout ReadCacheConfiguration) -> Void = { _ in }) -> Core {
    var configuration = ReadCacheConfiguration(name: "test", lifetime: .seconds(100))
    change(&configuration)
    return Core(configuration, hasRedis: redis)
  }

  /// A fresh answer, or nil.
  private func get(_ key: String, _ waiter: Int, _ core: inout Core, at second: Int = 0) -> String? {
    switch core.request(key, waiter, at: start + .seconds(second)) {
    case .answer(.found(let value)): value
    case .answer(.absent): "absent"
    case .refused: "refused"
    case .waiting: nil
    }
  }

  private func load(
    _ key: String, _ result: Result<CacheAnswer<String>, CacheError>, _ core: inout Core, at second: Int = 0,
    lifetime: Duration = .seconds(100)
  ) -> [Int] {
    var answers: Core.Answers = []
    core.loaded(key, result, bytes: 10, for: lifetime, at: start + .seconds(second), &answers)
    return answers.flatMap(\.waiters)
  }

  @Test func requestsOfAKeyShareOneLoad() {
    var core = core()
    for waiter in 1...3 { #expect(get("a", waiter, &core) == nil) }
    #expect(get("b", 4, &core) == nil)
    #expect(core.takeLoads() == ["a", "b"])
    #expect(core.takeLoads() == [])
    #expect(load("a", .success(.found("A")), &core) == [1, 2, 3])
    #expect(get("a", 5, &core) == "A")
    #expect(load("b", .failure(CacheError(code: "x", message: "")), &core) == [4])
    // A failure is not remembered.
    #expect(get("b", 6, &core) == nil)
    #expect(core.takeLoads() == ["b"])
    let statistics = core.statistics
    #expect(statistics.coalesced == 2 && statistics.localHits == 1 && statistics.loads == 3)
    #expect(statistics.waiting == 1)
  }

  @Test func answersEndWithTheirLifetime() {
    var core = core()
    _ = get("a", 1, &core)
    _ = load("a", .success(.found("A")), &core)
    #expect(get("a", 2, &core, at: 99) == "A")
    #expect(get("a", 3, &core, at: 100) == nil)
    _ = load("a", .success(.absent), &core, at: 100)
    #expect(get("a", 4, &core, at: 104) == "absent")
    #expect(get("a", 5, &core, at: 105) == nil)
    #expect(core.lifetime(chance: 0) == .seconds(100) && core.lifetime(chance: 1) == .seconds(90))
  }

  @Test func redisIsAskedBeforeTheSource() {
    var core = core(redis: true)
    for (waiter, key) in ["a", "b", "c"].enumerated() { #expect(get(key, waiter, &core) == nil) }
    #expect(core.takeLoads() == [])
    #expect(core.takeRedisQuestions() == ["a", "b", "c"])
    let answers = core.redisAnswered(
      [("a", ("A", 1, .seconds(30))), ("b", nil), ("c", ("C", 1, .seconds(-1)))], at: start)
    #expect(answers.flatMap(\.waiters) == [0])
    #expect(core.takeLoads() == ["b", "c"])
    // What was in Redis for a while lives only as long as it has left.
    #expect(get("a", 5, &core, at: 29) == "A")
    #expect(get("a", 6, &core, at: 30) == nil)
    #expect(core.takeRedisQuestions() == ["a"])
    core.redisFailed(["a"])
    #expect(core.takeLoads() == ["a"])
    let statistics = core.statistics
    #expect(statistics.redisHits == 1 && statistics.redisMisses == 2 && statistics.redisFailures == 1)
  }

  @Test func noMoreWaitThanMay() {
    var core = core { $0.maxWaiting = 2 }
    #expect(get("a", 1, &core) == nil && get("b", 2, &core) == nil)
    #expect(get("c", 3, &core) == "refused")
    #expect(get("a", 4, &core) == "refused")
    _ = load("a", .success(.absent), &core)
    #expect(get("c", 5, &core) == nil)
  }

  @Test(arguments: 0..<50) func theStoreKeepsItsBounds(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var store = LocalStore<Int>(maxEntries: 20, maxBytes: 5_000)
    var newest: [String: Int] = [:]
    for step in 0..<2_000 {
      let key = "k\(Int.random(in: 0..<60, using: &random))"
      let now = start + .seconds(step)
      switch Int.random(in: 0..<4, using: &random) {
      case 0:
        store.remove(key)
        newest[key] = nil
      case 1:
        newest[key] = step
        store.put(
          key, .found(step), bytes: Int.random(in: 0..<1_000, using: &random), until: now + .seconds(50), at: now)
      default:
        if let found = store.get(key, at: now)?.value {
          #expect(found == newest[key], "an old value")
          #expect(step - found < 50, "beyond its time")
        }
      }
      #expect(store.count <= 20 && store.bytes <= 5_000 && store.bytes >= 0)
    }
    for key in newest.keys { store.remove(key) }
    #expect(store.count == 0 && store.bytes == 0)
  }

  @Test func whatIsUsedStays() {
    var store = LocalStore<Int>(maxEntries: 10, maxBytes: 1 << 20)
    for number in 0..<100 {
      store.put("\(number)", .found(number), bytes: 1, until: start + .seconds(10), at: start)
      #expect(store.get("0", at: start)?.value == 0)
    }
    #expect(store.evictions == 90)
    // One entry beyond all bounds does not empty the store.
    store.put("huge", .found(1), bytes: 2 << 20, until: start + .seconds(10), at: start)
    #expect(store.count == 10 && store.get("huge", at: start) == nil)
  }
}

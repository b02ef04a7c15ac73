import Crypto
import LocalServers
import RedisClient
import Synchronization
import Telemetry
import TestKit
import Testing

@testable import ReadCache

@Suite(.timeLimit(.minutes(5))) struct ReadCacheTests {
  /// A source that answers what the test wants, when it wants.
  private final class Source: Sendable {
    let asked = Mutex<[String]>([])
    let answer: @Sendable (String) -> CacheLoad?

    init(_ answer: @escaping @Sendable (String) -> CacheLoad? = { .found(Array("value of \($0)".utf8)) }) {
      self.answer = answer
    }

    func cache(_ redis: RedisClient? = nil, name: String = "test", prefix: String = "1") -> ReadCache<String> {
      var configuration = ReadCacheConfiguration(name: name, lifetime: .seconds(1_000))
      configuration.prefix = prefix
      configuration.redisBudget = Patience.limit
      return ReadCache(
        configuration: configuration, redis: redis,
        decode: { bytes in
          guard let text = String(validating: bytes, as: UTF8.self) else { throw NoText() }
          return text
        },
        load: { [self] keys, cache in
          asked.withLock { $0 += keys }
          cache.loaded(keys.compactMap { key in answer(key).map { (key, $0) } })
        })
    }
  }

  private struct NoText: Error {}

  private func withRedis(_ body: (RedisClient) async throws -> Void) async throws {
    let server = try await TestServers.redis()
    var configuration = try RedisConfiguration(url: server.url)
    configuration.timeBudget = Patience.limit
    configuration.connectTimeout = Patience.limit
    configuration.silenceLimit = Patience.limit
    let redis = RedisClient(configuration: configuration, logger: .silent)
    do { try await body(redis) } catch {
      await redis.stop(within: .zero)
      throw error
    }
    await redis.stop(within: .zero)
  }

  @Test func aValueIsLoadedOnce() async throws {
    let source = Source()
    let cache = source.cache()
    #expect(try await cache.value("a").value == "value of a")
    #expect(try await cache.value("a").value == "value of a")
    #expect(source.asked.withLock { $0 } == ["a"])
    cache.remove(["a"])
    _ = try await cache.value("a")
    #expect(source.asked.withLock { $0.count } == 2)
  }

  @Test func nothingAndFailures() async throws {
    let source = Source { key in
      switch key {
      case "none": .absent
      case "odd": .found([0xFF])
      default: .failed(CacheError(code: "down", message: "it is", retryAfter: .seconds(3)))
      }
    }
    let cache = source.cache()
    for _ in 0..<2 { #expect(try await cache.value("none").value == nil) }
    #expect(source.asked.withLock { $0.count } == 1)
    #expect(cache.statistics.absentHits == 1)
    let failure = await #expect(throws: CacheError.self) { try await cache.value("down") }
    #expect(failure?.code == "down" && failure?.retryAfter == .seconds(3))
    let unreadable = await #expect(throws: CacheError.self) { try await cache.value("odd") }
    #expect(unreadable?.code == "unreadable")
  }

  @Test func readersGetTheirCompletionsTogether() async throws {
    let source = Source { _ in nil }
    let cache = source.cache()
    let batches = Mutex<[[UInt64]]>([])
    let reader = cache.reader { batch in batches.withLock { $0.append(batch.map(\.ticket).sorted()) } }
    for (ticket, key) in ["a", "b", "a"].enumerated() { #expect(reader.get(key, ticket: UInt64(ticket)) == nil) }
    #expect(source.asked.withLock { $0 } == [])
    reader.flush()
    #expect(source.asked.withLock { $0 } == ["a", "b"])
    cache.loaded([("a", .found([0x61])), ("b", .absent)])
    #expect(batches.withLock { $0 } == [[0, 1, 2]])
    #expect(cache.statistics.coalesced == 1)
  }

  @Test func anotherProcessFindsItInRedis() async throws {
    try await withRedis { redis in
      let (one, other) = (Source(), Source())
      let first = one.cache(redis, name: "shared")
      #expect(try await first.value("a").value == "value of a")
      // The key itself, which may hold a secret, is not shown.
      let stored = "1:shared:\(Digest(sha256: Array("a".utf8)).hex)"
      try await eventually { try await redis.get([stored]).first.flatMap { $0 } != nil }
      let second = other.cache(redis, name: "shared")
      #expect(try await second.value("a").value == "value of a")
      #expect(other.asked.withLock { $0 } == [])
      #expect(second.statistics.redisHits == 1)
      // Another version of the schema does not read it.
      #expect(try await other.cache(redis, name: "shared", prefix: "2").value("a").value == "value of a")
      #expect(other.asked.withLock { $0 } == ["a"])
      let left = try await redis.command("PTTL", stored).integer ?? 0
      #expect(left > 800_000 && left <= 1_000_000)
    }
  }

  @Test func oneExchangeForManyKeys() async throws {
    try await withRedis { redis in
      let source = Source()
      let cache = source.cache(redis, name: "many")
      let done = Mutex(0)
      let reader = cache.reader { batch in done.withLock { $0 += batch.count } }
      for number in 0..<500 { #expect(reader.get("k\(number)", ticket: UInt64(number)) == nil) }
      #expect(redis.openCommands == 0)
      reader.flush()
      #expect(redis.openCommands <= 1)
      try await eventually { done.withLock { $0 } == 500 }
      #expect(cache.statistics.redisMisses == 500 && cache.statistics.loads == 500)
    }
  }

  @Test func aBrokenRedisCostsAMissOnly() async throws {
    var configuration = try RedisConfiguration(url: "redis://127.0.0.1:1")
    configuration.breaker.failures = 1
    let redis = RedisClient(configuration: configuration, logger: .silent)
    let cache = Source().cache(redis)
    let began = ContinuousClock.now
    for number in 0..<20 { #expect(try await cache.value("k\(number)").value == "value of k\(number)") }
    #expect(ContinuousClock.now - began < .seconds(60))
    #expect(cache.statistics.redisFailures > 0 && cache.statistics.loads == 20)
    await redis.stop(within: .zero)
  }
}

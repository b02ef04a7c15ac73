/// Decides for a read cache: which request is answered at once, which waits for another's load, what Redis and the source
/// are asked for, and what is kept how long.
///
/// Pure: the time and chance are given, and nothing is carried out here.
struct CacheCore<Value: Sendable, Waiter> {
  enum Request {
    case answer(CacheAnswer<Value>)
    case waiting
    case refused
  }

  /// Waiters with what they waited for.
  typealias Answers = [(waiters: [Waiter], result: Result<CacheAnswer<Value>, CacheError>)]

  private let configuration: ReadCacheConfiguration
  private let hasRedis: Bool
  private var local: LocalStore<Value>
  /// Who waits for each key under way.
  private var flights: [String: [Waiter]] = [:]
  private var waiting = 0
  private var redisQuestions: [String] = []
  private var loads: [String] = []
  private var counts = ReadCacheStatistics()

  init(_ configuration: ReadCacheConfiguration, hasRedis: Bool) {
    self.configuration = configuration
    self.hasRedis = hasRedis
    local = LocalStore(maxEntries: configuration.maxEntries, maxBytes: configuration.maxBytes)
  }

  var statistics: ReadCacheStatistics {
    var statistics = counts
    statistics.entries = local.count
    statistics.bytes = local.bytes
    statistics.evictions = local.evictions
    statistics.waiting = waiting
    return statistics
  }

  mutating func request(_ key: String, _ waiter: @autoclosure () -> Waiter, at now: ContinuousClock.Instant) -> Request
  {
    if let answer = local.get(key, at: now) {
      counts.localHits += 1
      if case .absent = answer { counts.absentHits += 1 }
      return .answer(answer)
    }
    guard waiting < configuration.maxWaiting else {
      counts.refused += 1
      return .refused
    }
    waiting += 1
    if flights[key]?.append(waiter()) != nil {
      counts.coalesced += 1
      return .waiting
    }
    flights[key] = [waiter()]
    if hasRedis { redisQuestions.append(key) } else { loads.append(key) }
    return .waiting
  }

  /// The keys that Redis is to be asked for now.
  mutating func takeRedisQuestions() -> [String] {
    defer { redisQuestions = [] }
    return redisQuestions
  }

  /// The keys that the source is to be asked for now.
  mutating func takeLoads() -> [String] {
    defer { loads = [] }
    counts.loads += UInt64(loads.count)
    return loads
  }

  /// Takes what Redis had: for each key a value, its size and how long it may still be used, or nil.
  mutating func redisAnswered(
    _ found: [(key: String, entry: (value: Value, bytes: Int, remaining: Duration)?)], at now: ContinuousClock.Instant
  ) -> Answers {
    var answers: Answers = []
    for (key, entry) in found {
      guard let entry, entry.remaining > .zero else {
        counts.redisMisses += 1
        if flights[key] != nil { loads.append(key) }
        continue
      }
      counts.redisHits += 1
      let remaining = min(entry.remaining, configuration.lifetime)
      local.put(key, .found(entry.value), bytes: entry.bytes, until: now + remaining, at: now)
      end(key, .success(.found(entry.value)), &answers)
    }
    return answers
  }

  mutating func redisFailed(_ keys: [String]) {
    counts.redisFailures += 1
    loads += keys.filter { flights[$0] != nil }
  }

  /// Takes what the source had.
  /// - Parameter lifetime: from `lifetime(chance:)`; it is what Redis is told too.
  mutating func loaded(
    _ key: String, _ result: Result<CacheAnswer<Value>, CacheError>, bytes: Int, for lifetime: Duration,
    at now: ContinuousClock.Instant, _ answers: inout Answers
  ) {
    switch result {
    case .success(.found(let value)):
      local.put(key, .found(value), bytes: bytes, until: now + lifetime, at: now)
    case .success(.absent):
      let believed = min(configuration.absentLifetime, lifetime)
      local.put(key, .absent, bytes: 0, until: now + believed, at: now)
    case .failure: counts.loadFailures += 1
    }
    end(key, result, &answers)
  }

  /// - Parameter chance: 0..<1.
  func lifetime(chance: Double) -> Duration { configuration.lifetime * (1 - configuration.jitter * chance) }

  mutating func remove(_ key: String) { local.remove(key) }
  mutating func removeAll() { local.removeAll() }

  private mutating func end(
    _ key: String, _ result: Result<CacheAnswer<Value>, CacheError>, _ answers: inout Answers
  ) {
    guard let waiters = flights.removeValue(forKey: key) else { return }
    waiting -= waiters.count
    answers.append((waiters, result))
  }
}

public import RedisClient
internal import Synchronization

/// Answers of a source, kept in memory and in Redis: local, then Redis, then the source, and of a key one load at a time.
///
/// Redis is a help only: absent, slow or broken it costs a miss. Nothing here blocks or keeps a task; requests go through
/// a `reader`, and loads through the loader that the cache was given.
public final class ReadCache<Value: Sendable>: Sendable {
  private typealias Core = CacheCore<Value, CacheWaiter<Value>>

  private let core: Mutex<Core>
  private let redis: RedisTier?
  private let decode: @Sendable ([UInt8]) throws -> Value
  private let load: @Sendable ([String], ReadCache<Value>) -> Void

  /// - Parameters:
  ///   - decode: makes a value of the source's bytes, once per load and process. What it throws ends the request with
  ///     `unreadable`.
  ///   - load: asks the source for keys, without waiting; what comes of each goes to `loaded`, from any thread.
  public init(
    configuration: ReadCacheConfiguration, redis: RedisClient?, decode: @escaping @Sendable ([UInt8]) throws -> Value,
    load: @escaping @Sendable (_ keys: [String], _ cache: ReadCache<Value>) -> Void
  ) {
    core = Mutex(Core(configuration, hasRedis: redis != nil))
    self.redis = redis.map { RedisTier(client: $0, configuration: configuration) }
    self.decode = decode
    self.load = load
  }

  public var statistics: ReadCacheStatistics { core.withLock { $0.statistics } }

  /// A door for requests whose answers go to `sink`, many at a time, from any thread; it must not block.
  public func reader(_ sink: @escaping @Sendable ([CacheCompletion<Value>]) -> Void) -> CacheReader<Value> {
    CacheReader(cache: self, sink: sink)
  }

  /// One key, for callers that await.
  public func value(_ key: String) async throws(CacheError) -> CacheAnswer<Value> {
    let result = await withCheckedContinuation {
      (waiter: CheckedContinuation<Result<CacheAnswer<Value>, CacheError>, Never>) in
      let reader = reader { completions in
        for completion in completions { waiter.resume(returning: completion.result) }
      }
      if let result = reader.get(key, ticket: 0) { waiter.resume(returning: result) } else { reader.flush() }
    }
    return try result.get()
  }

  /// Forgets keys, here and in Redis. A load that is under way may still bring the old answer.
  public func remove(_ keys: [String]) {
    guard !keys.isEmpty else { return }
    core.withLock { core in
      for key in keys { core.remove(key) }
    }
    redis?.remove(keys)
  }

  /// Takes what the source had for keys that the loader was given.
  public func loaded(_ loads: [(key: String, load: CacheLoad)]) {
    let decoded = loads.map { key, load in (key: key, load: load, result: result(of: load)) }
    var writes: [(key: String, bytes: [UInt8], lifetime: Duration)] = []
    let answers = core.withLock { core in
      let now = ContinuousClock.now
      var answers: Core.Answers = []
      for (key, load, result) in decoded {
        let lifetime = core.lifetime(chance: .random(in: 0..<1))
        var size = 0
        if case .found(let bytes) = load, case .success = result {
          size = bytes.count
          writes.append((key, bytes, lifetime))
        }
        core.loaded(key, result, bytes: size, for: lifetime, at: now, &answers)
      }
      return answers
    }
    redis?.write(writes)
    hand(answers)
  }

  func request(_ key: String, _ waiter: CacheWaiter<Value>) -> Result<CacheAnswer<Value>, CacheError>? {
    let now = ContinuousClock.now
    switch core.withLock({ $0.request(key, waiter, at: now) }) {
    case .answer(let answer): return .success(answer)
    case .waiting: return nil
    case .refused: return .failure(CacheError(code: "overloaded", message: "too many requests wait for the cache"))
    }
  }

  /// Carries out what the core wants asked.
  func pump() {
    let (questions, loads) = core.withLock { ($0.takeRedisQuestions(), $0.takeLoads()) }
    if !loads.isEmpty { load(loads, self) }
    guard let redis, !questions.isEmpty else { return }
    redis.read(questions) { [self] result in
      switch result {
      case .success(let found): take(found, for: questions)
      case .failure: core.withLock { $0.redisFailed(questions) }
      }
      pump()
    }
  }

  private func take(_ found: [(bytes: [UInt8], remaining: Duration)?], for keys: [String]) {
    let decoded = zip(keys, found).map { key, entry in
      (
        key: key,
        entry: entry.flatMap { entry in
          (try? decode(entry.bytes)).map { (value: $0, bytes: entry.bytes.count, remaining: entry.remaining) }
        }
      )
    }
    hand(core.withLock { $0.redisAnswered(decoded, at: .now) })
  }

  private func result(of load: CacheLoad) -> Result<CacheAnswer<Value>, CacheError> {
    switch load {
    case .absent: return .success(.absent)
    case .failed(let error): return .failure(error)
    case .found(let bytes):
      do { return .success(.found(try decode(bytes))) } catch {
        return .failure(CacheError(code: "unreadable", message: "\(error)"))
      }
    }
  }

  /// Each reader gets its share in one call.
  private func hand(_ answers: Core.Answers) {
    var batches: [ObjectIdentifier: (reader: CacheReader<Value>, completions: [CacheCompletion<Value>])] = [:]
    for (waiters, result) in answers {
      for waiter in waiters {
        batches[ObjectIdentifier(waiter.reader), default: (waiter.reader, [])].completions
          .append(CacheCompletion(ticket: waiter.ticket, result: result))
      }
    }
    for batch in batches.values { batch.reader.sink(batch.completions) }
  }
}

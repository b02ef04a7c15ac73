internal import HTTPCaller
internal import ItemModel
internal import JSONCodec
internal import ReadCache
internal import RedisClient
internal import Telemetry

/// One look-up of the systems file: asked by runs, answered through its cache.
///
/// `@unchecked Sendable`: used on the engine's thread only; the cache's answers are posted there.
final class LookupDesk: @unchecked Sendable {
  let lookup: Lookup
  /// The look-up's place in the systems file.
  let index: Int
  let cache: ReadCache<JSONValue>
  private var reader: CacheReader<JSONValue>?
  private var asked: [UInt64: SetupRun] = [:]
  private var lastTicket: UInt64 = 0

  /// - Parameter answered: called on the engine's thread for each run that `ask` left pending.
  init(
    _ lookup: Lookup, index: Int, cache configuration: ReadCacheConfiguration, loader: LookupLoader,
    redis: RedisClient?, host: any SenderHost,
    answered: @escaping @Sendable (LookupDesk, [(run: SetupRun, state: LookupAnswer)]) -> Void
  ) {
    self.lookup = lookup
    self.index = index
    cache = ReadCache(
      configuration: configuration, redis: redis, decode: { bytes in try JSONDocument(bytes).root },
      load: { [weak host] keys, cache in
        guard let host else { return }
        host.post { withExtendedLifetime(host) { loader.load(keys, into: cache) } }
      })
    reader = cache.reader { [weak self, weak host] completions in
      guard let self, let host else { return }
      host.post { withExtendedLifetime(host) { answered(self, completions.compactMap { self.take($0) }) } }
    }
  }

  /// The answer if it is at hand; else nil, and it comes after `flush`.
  func ask(for run: SetupRun) -> LookupAnswer? {
    lastTicket += 1
    let url = lookup.url.url(for: run.message.key, gtin: run.message.gtin)
    if let result = reader?.get(url, ticket: lastTicket) { return answer(result) }
    asked[lastTicket] = run
    return nil
  }

  func flush() { reader?.flush() }

  private func take(_ completion: CacheCompletion<JSONValue>) -> (run: SetupRun, state: LookupAnswer)? {
    asked.removeValue(forKey: completion.ticket).map { ($0, answer(completion.result)) }
  }

  private func answer(_ result: Result<CacheAnswer<JSONValue>, CacheError>) -> LookupAnswer {
    switch result {
    case .success(.found(let value)): return .found(value)
    case .success(.absent):
      return .failed(.systemError("lookup_missing", "lookup.\(lookup.name): the source has nothing for this item"))
    case .failure(let error):
      let code = ["timeout", "overloaded"].contains(error.code) ? error.code : "lookup_failed"
      return .failed(
        .systemError(code, "lookup.\(lookup.name): \(error.message)", retryAfter: error.retryAfter))
    }
  }
}

/// What a look-up brought for a run.
enum LookupAnswer: Sendable {
  case found(JSONValue)
  /// The result of the systems that read it.
  case failed(SystemResult)
}

/// One requester's door to a `ReadCache`: what cannot be answered at once comes to one place, in batches.
public final class CacheReader<Value: Sendable>: Sendable {
  private let cache: ReadCache<Value>
  let sink: @Sendable ([CacheCompletion<Value>]) -> Void

  init(cache: ReadCache<Value>, sink: @escaping @Sendable ([CacheCompletion<Value>]) -> Void) {
    self.cache = cache
    self.sink = sink
  }

  /// A fresh answer if it is at hand. Else nil: a completion with `ticket` follows, from any thread, once `flush` was
  /// called.
  public func get(_ key: String, ticket: UInt64) -> Result<CacheAnswer<Value>, CacheError>? {
    cache.request(key, CacheWaiter(reader: self, ticket: ticket))
  }

  /// Asks for what the requests so far could not find: Redis in one exchange, then the source.
  public func flush() { cache.pump() }
}

/// Who waits for a key.
struct CacheWaiter<Value: Sendable>: Sendable {
  let reader: CacheReader<Value>
  let ticket: UInt64
}

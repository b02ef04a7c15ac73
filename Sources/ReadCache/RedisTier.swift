internal import Crypto
internal import RedisClient
internal import Telemetry

/// The shared tier: answers in Redis, each with the moment at which it ends, since what is read there may be old already.
struct RedisTier: Sendable {
  let client: RedisClient
  let configuration: ReadCacheConfiguration

  /// Asks for all keys in one exchange. The answer comes on Redis's thread or, when Redis is not even asked, at once.
  func read(
    _ keys: [String],
    completion: @escaping @Sendable (Result<[(bytes: [UInt8], remaining: Duration)?], RedisError>) -> Void
  ) {
    var pipeline = RedisPipeline()
    pipeline.append([Array("MGET".utf8)] + keys.map(stored))
    client.submit(pipeline, within: configuration.redisBudget) { result in
      completion(
        result.flatMap { replies throws(RedisError) in
          let values = try replies.first?.value().array ?? []
          let now = Timestamp.now.microseconds
          // A reply that is short counts as misses.
          return keys.indices.map { $0 < values.count ? Self.unpack(values[$0].bytes, at: now) : nil }
        })
    }
  }

  /// Keeps the values; nobody waits for it, and a failure only costs a later miss.
  func write(_ entries: [(key: String, bytes: [UInt8], lifetime: Duration)]) {
    guard !entries.isEmpty else { return }
    let now = Timestamp.now.microseconds
    var pipeline = RedisPipeline()
    for (key, bytes, lifetime) in entries {
      let milliseconds = max(1, Int64(lifetime / .milliseconds(1)))
      let end = now + milliseconds * 1_000
      let packed = (0..<8).map { UInt8(truncatingIfNeeded: end >> (56 - 8 * $0)) } + bytes
      pipeline.append([
        Array("SET".utf8), stored(key), packed, Array("PX".utf8), Array(String(milliseconds).utf8),
      ])
    }
    client.submit(pipeline, within: configuration.redisBudget) { _ in }
  }

  func remove(_ keys: [String]) {
    var pipeline = RedisPipeline()
    pipeline.append([Array("UNLINK".utf8)] + keys.map(stored))
    client.submit(pipeline, within: configuration.redisBudget) { _ in }
  }

  /// A key may hold a secret, as addresses do, and Redis shows its keys to many: it gets only their digests.
  private func stored(_ key: String) -> [UInt8] {
    Array("\(configuration.prefix):\(configuration.name):\(Digest(sha256: Array(key.utf8)).hex)".utf8)
  }

  private static func unpack(_ stored: [UInt8]?, at now: Int64) -> (bytes: [UInt8], remaining: Duration)? {
    guard let stored, stored.count >= 8 else { return nil }
    let end = stored.prefix(8).reduce(Int64(0)) { $0 << 8 | Int64($1) }
    return (Array(stored.dropFirst(8)), .microseconds(end - now))
  }
}

extension Result where Failure == RedisError {
  fileprivate func flatMap<Other>(
    _ transform: (Success) throws(RedisError) -> Other
  ) -> Result<Other, RedisError> {
    switch self {
    case .success(let value):
      do throws(RedisError) { return .success(try transform(value)) } catch { return .failure(error) }
    case .failure(let error): return .failure(error)
    }
  }
}

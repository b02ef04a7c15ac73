extension RedisClient {
  /// Keys in one command: enough to spare most of the cost per command, few enough not to hold up other clients.
  private static let keysPerCommand = 256

  /// The values of `keys`, in their order; nil for what is not there.
  public func get(_ keys: [String], within budget: Duration? = nil) async throws(RedisError) -> [[UInt8]?] {
    let replies = try await execute(Self.chunked("MGET", keys), within: budget)
    var values: [[UInt8]?] = []
    values.reserveCapacity(keys.count)
    for reply in replies {
      guard let elements = try reply.value().array else { throw RedisError(.unexpectedReply, "MGET gives an array") }
      for element in elements { values.append(element.bytes) }
    }
    guard values.count == keys.count else { throw RedisError(.unexpectedReply, "MGET gives a value per key") }
    return values
  }

  /// Stores the values, each until `expiry` has passed (rounded up to a millisecond).
  public func set(
    _ entries: [(key: String, value: [UInt8])], expiry: Duration, within budget: Duration? = nil
  ) async throws(RedisError) {
    let (seconds, attoseconds) = expiry.components
    let milliseconds = max(1, seconds * 1_000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    let text = String(milliseconds)
    var pipeline = RedisPipeline()
    for (key, value) in entries {
      pipeline.begin(partCount: 5)
      pipeline.add("SET")
      pipeline.add(key)
      pipeline.add(value)
      pipeline.add("PX")
      pipeline.add(text)
    }
    for reply in try await execute(pipeline, within: budget) { _ = try reply.value() }
  }

  /// Removes the keys, and says how many there were.
  @discardableResult
  public func delete(_ keys: [String], within budget: Duration? = nil) async throws(RedisError) -> Int {
    var count = 0
    for reply in try await execute(Self.chunked("UNLINK", keys), within: budget) {
      guard let removed = try reply.value().integer else { throw RedisError(.unexpectedReply, "UNLINK gives a number") }
      count += Int(removed)
    }
    return count
  }

  /// Sends one command; an error reply is thrown.
  public func command(_ parts: [[UInt8]], within budget: Duration? = nil) async throws(RedisError) -> RedisReply {
    var pipeline = RedisPipeline()
    pipeline.append(parts)
    return try await one(pipeline, within: budget)
  }

  /// Sends one command; an error reply is thrown.
  public func command(_ parts: String..., within budget: Duration? = nil) async throws(RedisError) -> RedisReply {
    try await command(parts.map { Array($0.utf8) }, within: budget)
  }

  private func one(_ pipeline: RedisPipeline, within budget: Duration?) async throws(RedisError) -> RedisReply {
    guard let reply = try await execute(pipeline, within: budget).first else {
      throw RedisError(.unexpectedReply, "a command gives a reply")
    }
    return try reply.value()
  }

  private static func chunked(_ command: String, _ keys: [String]) -> RedisPipeline {
    var pipeline = RedisPipeline()
    for start in stride(from: 0, to: keys.count, by: keysPerCommand) {
      let chunk = keys[start..<min(start + keysPerCommand, keys.count)]
      pipeline.begin(partCount: chunk.count + 1)
      pipeline.add(command)
      for key in chunk { pipeline.add(key) }
    }
    return pipeline
  }
}

internal import Synchronization

/// The names under which Redis keeps scripts, as it told them.
final class ScriptDigests: Sendable {
  private let digests = Mutex<[String: String]>([:])
  /// Far more than a program has; a caller that makes scripts up as it goes is slowed down, not the memory filled.
  private static let capacity = 256

  func digest(of script: String) -> String? { digests.withLock { $0[script] } }

  func remember(_ digest: String, of script: String) {
    digests.withLock { digests in
      if digests.count >= Self.capacity { digests.removeAll() }
      digests[script] = digest
    }
  }
}

extension RedisClient {
  /// One call of a script.
  public struct ScriptCall: Sendable {
    public var keys: [String]
    public var arguments: [[UInt8]]

    public init(keys: [String], arguments: [[UInt8]]) {
      self.keys = keys
      self.arguments = arguments
    }
  }

  /// Runs a Lua script; an error reply is thrown.
  public func eval(
    _ script: String, keys: [String], arguments: [[UInt8]] = [], within budget: Duration? = nil
  ) async throws(RedisError) -> RedisReply {
    let replies = try await eval(script, [ScriptCall(keys: keys, arguments: arguments)], within: budget)
    guard let reply = replies.first else { throw RedisError(.unexpectedReply, "a script gives a reply") }
    return try reply.value()
  }

  /// Runs a Lua script once per call, pipelined, and gives a reply for each, error replies among them.
  ///
  /// The script is sent by its digest, and whole only when Redis does not know it (`NOSCRIPT`); then the budget begins anew.
  public func eval(
    _ script: String, _ calls: [ScriptCall], within budget: Duration? = nil
  ) async throws(RedisError) -> [RedisReply] {
    guard !calls.isEmpty else { return [] }
    if let digest = scripts.digest(of: script) {
      var pipeline = RedisPipeline()
      for call in calls { pipeline.append(call, by: digest) }
      let replies = try await execute(pipeline, within: budget)
      let unknown = replies.indices.filter { replies[$0].isNoScript }
      guard !unknown.isEmpty else { return replies }
      var all = replies
      let repeated = try await load(script, unknown.map { calls[$0] }, within: budget)
      for (index, reply) in zip(unknown, repeated) { all[index] = reply }
      return all
    }
    return try await load(script, calls, within: budget)
  }

  /// Makes the script known under its digest, then runs it whole: between the two Redis may have forgotten it again.
  private func load(
    _ script: String, _ calls: [ScriptCall], within budget: Duration?
  ) async throws(RedisError) -> [RedisReply] {
    var loading = RedisPipeline()
    loading.append("SCRIPT", "LOAD", script)
    guard let loaded = try await execute(loading, within: budget).first, let digest = try loaded.value().bytes else {
      throw RedisError(.unexpectedReply, "SCRIPT LOAD gives a digest")
    }
    let name = String(decoding: digest, as: UTF8.self)
    scripts.remember(name, of: script)
    var pipeline = RedisPipeline()
    for call in calls { pipeline.append(call, whole: script) }
    return try await execute(pipeline, within: budget)
  }
}

extension RedisPipeline {
  fileprivate mutating func append(_ call: RedisClient.ScriptCall, by digest: String) {
    append(call, "EVALSHA", digest)
  }

  fileprivate mutating func append(_ call: RedisClient.ScriptCall, whole script: String) {
    append(call, "EVAL", script)
  }

  private mutating func append(_ call: RedisClient.ScriptCall, _ command: String, _ script: String) {
    begin(partCount: 3 + call.keys.count + call.arguments.count)
    add(command)
    add(script)
    add(String(call.keys.count))
    for key in call.keys { add(key) }
    for argument in call.arguments { add(argument) }
  }
}

extension RedisReply {
  fileprivate var isNoScript: Bool { if case .error(let text) = self { text.hasPrefix("NOSCRIPT") } else { false } }
}

internal import RedisClient
internal import Telemetry
internal import TestKit
internal import Testing

@Suite(.timeLimit(.minutes(5)))
struct ValueTests {
  @Test func valuesAreStoredReadAndRemoved() async throws {
    try await withRedis { _, client in
      let binary: [UInt8] = [0, 13, 10, 255, 36]
      try await client.set([("a", binary), ("b", []), ("c", Array("x".utf8))], expiry: .seconds(600))
      let values = try await client.get(["a", "missing", "b", "c"])
      #expect(values == [binary, nil, [], Array("x".utf8)])
      let lifetime = try await client.command("PTTL", "a")
      #expect((480_000...600_000).contains(lifetime.integer ?? 0))
      let removed = try await client.delete(["a", "b", "missing"])
      #expect(removed == 2)
      let left = try await client.get(["a", "b", "c"])
      #expect(left == [nil, nil, Array("x".utf8)])
      try await client.set([("d", [1])], expiry: .milliseconds(20))
      try await eventually { (try? await client.get(["d"])) == [nil] }
      let nothing = try await client.get([])
      #expect(nothing.isEmpty)
    }
  }

  @Test func errorsOfRedisAreThrownWithTheirCode() async throws {
    try await withRedis { _, client in
      _ = try await client.command("LPUSH", "list", "x")
      let wrong = await kind { () async throws(RedisError) in try await client.command("GET", "list") }
      #expect(wrong == .server(code: "WRONGTYPE"))
      var pipeline = RedisPipeline()
      pipeline.append("NOSUCH")
      pipeline.append("ECHO", "still here")
      let replies = try await client.execute(pipeline)
      #expect(replies.last == .bytes(Array("still here".utf8)))
      guard case .error = replies.first else { return #expect(Bool(false), "an unknown command is an error") }
      #expect(client.circuit == .closed)
    }
  }

  @Test func nestedRepliesAreCopiedWhole() async throws {
    try await withRedis { _, client in
      let reply = try await client.eval("return {1, 'a', {2, {false, 'b'}}, redis.status_reply('FINE')}", keys: [])
      #expect(
        reply
          == .array([
            .integer(1), .bytes(Array("a".utf8)), .array([.integer(2), .array([.null, .bytes(Array("b".utf8))])]),
            .status("FINE"),
          ]))
    }
  }

  @Test func scriptsAreSentByDigestAndAgainWhenForgotten() async throws {
    try await withRedis { _, client in
      let script = "redis.call('SET', KEYS[1], ARGV[1]); return redis.call('GET', KEYS[1])"
      for round in 0..<3 {
        if round == 2 { _ = try await client.command("SCRIPT", "FLUSH") }
        let calls = (0..<5).map { RedisClient.ScriptCall(keys: ["k\($0)"], arguments: [[UInt8($0), UInt8(round)]]) }
        let replies = try await client.eval(script, calls)
        #expect(replies == (0..<5).map { .bytes([UInt8($0), UInt8(round)]) })
      }
      let statistics = try await client.command("INFO", "commandstats")
      let text = String(decoding: statistics.bytes ?? [], as: UTF8.self)
      // Whole in the first round and after the flush, by digest otherwise.
      #expect(text.contains("cmdstat_eval:calls=10,"))
      #expect(text.contains("cmdstat_evalsha:calls=10,"))
      let broken = await kind { () async throws(RedisError) in try await client.eval("not lua", keys: []) }
      #expect(broken == .server(code: "ERR"))
    }
  }

  @Test func passwordAndDatabaseAreUsed() async throws {
    try await withRedis(password: "s3cret") { server, client in
      #expect(await isAlive(client))
      var wrong = try RedisConfiguration(url: "redis://:wrong@127.0.0.1:\(server.port)/0")
      wrong.timeBudget = Patience.limit
      let stranger = RedisClient(configuration: wrong, logger: .silent)
      let refused = await kind { () async throws(RedisError) in try await stranger.get(["a"]) }
      #expect(refused == .connectFailed)
      await stranger.stop(within: .zero)
    }
  }

  @Test func aHundredThousandValuesInOnePipeline() async throws {
    try await withRedis({ $0.commandsInFlight = 200_000 }) { _, client in
      let keys = (0..<100_000).map { "key:\($0)" }
      try await client.set(keys.map { ($0, Array($0.utf8)) }, expiry: .seconds(600))
      var pipeline = RedisPipeline()
      for key in keys { pipeline.append("GET", key) }
      let replies = try await client.execute(pipeline)
      #expect(replies.count == 100_000)
      #expect(zip(replies, keys).allSatisfy { $0 == .bytes(Array($1.utf8)) })
      let values = try await client.get(keys)
      #expect(zip(values, keys).allSatisfy { $0 == Array($1.utf8) })
    }
  }

  @Test func manyCallersShareTheConnection() async throws {
    try await withRedis({ $0.connections = 2 }) { _, client in
      let right = await withTaskGroup(of: Bool.self) { group in
        for number in 0..<500 {
          group.addTask {
            let value = Array("\(number)".utf8)
            try? await client.set([("n\(number)", value)], expiry: .seconds(600))
            return (try? await client.get(["n\(number)"])) == [value]
          }
        }
        return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(right == 500)
    }
  }
}

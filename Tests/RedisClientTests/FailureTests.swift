internal import RedisClient
internal import Telemetry
internal import Testing

@Suite(.timeLimit(.minutes(1)))
struct FailureTests {
  @Test func aStoppedServerCostsTheBudgetThenNothing() async throws {
    try await withRedis {
      $0.silenceLimit = .milliseconds(300)
    } _: { server, client in
      try await client.set([("a", [1])], expiry: .seconds(60))
      server.pause()
      for _ in 0..<5 {
        let began = ContinuousClock.now
        let failed = await kind { () async throws(RedisError) in try await client.get(["a"], within: .milliseconds(30))
        }
        #expect(failed == .timeout || failed == .connectionLost)
        #expect(ContinuousClock.now - began < .seconds(1))
      }
      #expect(client.circuit != .closed)
      var refused = 0
      let began = ContinuousClock.now
      for _ in 0..<1_000 {
        let failed = await kind { () async throws(RedisError) in try await client.get(["a"], within: .milliseconds(30))
        }
        if failed == .circuitOpen { refused += 1 }
      }
      #expect(refused >= 900)
      #expect(ContinuousClock.now - began < .seconds(2))
      server.proceed()
      #expect(await eventually { (try? await client.get(["a"])) == [[1]] })
      #expect(client.circuit == .closed)
    }
  }

  @Test func lateRepliesAreNotTakenForOthers() async throws {
    // The connection lives through the pause, so the answers of the expired calls come first.
    try await withRedis({
      $0.silenceLimit = .seconds(30)
      $0.breaker.failures = 1_000
    }) { server, client in
      try await client.set([("a", [1]), ("b", [2])], expiry: .seconds(60))
      server.pause()
      for _ in 0..<3 {
        let failed = await kind { () async throws(RedisError) in try await client.get(["a"], within: .milliseconds(20))
        }
        #expect(failed == .timeout)
      }
      async let value = client.get(["b"])
      #expect(await eventually { client.openCommands == 1 })
      server.proceed()
      #expect(try await value == [[2]])
    }
  }

  @Test func aRestartedServerIsMetAgain() async throws {
    try await withRedis { server, client in
      server.kill()
      let failed = await kind { () async throws(RedisError) in try await client.get(["a"]) }
      #expect(failed == .connectionLost || failed == .connectFailed)
      try server.start()
      #expect(await eventually { await isAlive(client) })
    }
  }

  @Test func openCommandsAreBounded() async throws {
    try await withRedis({
      $0.commandsInFlight = 10
      $0.silenceLimit = .seconds(30)
    }) { server, client in
      server.pause()
      async let open = kind { () async throws(RedisError) in
        try await client.get((0..<2_560).map { "\($0)" }, within: .milliseconds(300))
      }
      // Ten commands of 256 keys fill it.
      #expect(await eventually { client.openCommands == 10 })
      let refused = await kind { () async throws(RedisError) in try await client.get(["a"]) }
      #expect(refused == .overloaded)
      #expect(await open == .timeout)
      #expect(client.openCommands == 0)
      server.proceed()
      #expect(await eventually { await isAlive(client) })
    }
  }

  @Test func stoppingEndsWhatIsOpen() async throws {
    let server = try RedisServer()
    defer { server.kill() }
    var configuration = try RedisConfiguration(url: server.url)
    configuration.timeBudget = .seconds(20)
    let client = RedisClient(configuration: configuration, logger: .silent)
    #expect(await eventually { await isAlive(client) })
    server.pause()
    async let open = kind { () async throws(RedisError) in try await client.get(["a"]) }
    #expect(await eventually { client.openCommands == 1 })
    async let first: Void = client.stop(within: .milliseconds(50))
    async let second: Void = client.stop(within: .milliseconds(50))
    _ = await (first, second)
    #expect(await open == .stopped)
    let late = await kind { () async throws(RedisError) in try await client.get(["a"]) }
    #expect(late == .stopped)
  }

  @Test func aSubscriptionTellsWhenItMayHaveMissedSomething() async throws {
    try await withRedis { server, client in
      let listener = Listener()
      let subscription = client.subscribe(to: ["one", "two"], onEvents: listener.sink)
      #expect(await eventually { listener.events == [.connected] })
      _ = try await client.command("PUBLISH", "one", "a")
      _ = try await client.command("PUBLISH", "two", "b")
      let first: [RedisEvent] = [
        .connected, .message(channel: "one", payload: [0x61]), .message(channel: "two", payload: [0x62]),
      ]
      #expect(await eventually { listener.events == first })
      server.kill()
      #expect(await eventually { listener.events.last == .disconnected })
      try server.start()
      #expect(await eventually { listener.events.last == .connected })
      #expect(await eventually { await isAlive(client) })
      _ = try await client.command("PUBLISH", "one", "c")
      #expect(await eventually { listener.events.last == .message(channel: "one", payload: [0x63]) })
      subscription.cancel()
      #expect(await eventually { listener.events.last == .disconnected })
      let receivers = try await client.command("PUBLISH", "one", "d")
      #expect(receivers == .integer(0))
    }
  }

  @Test func aSilentSubscriptionIsFoundOutByPing() async throws {
    try await withRedis({
      $0.pingInterval = .milliseconds(50)
      $0.silenceLimit = .milliseconds(100)
    }) { server, client in
      let listener = Listener()
      _ = client.subscribe(to: ["one"], onEvents: listener.sink)
      #expect(await eventually { listener.events == [.connected] })
      // Pings among messages are not taken for messages, and keep it up.
      for number in 0..<20 {
        _ = try await client.command("PUBLISH", "one", "\(number)")
        try await Task.sleep(for: .milliseconds(10))
      }
      #expect(await eventually { listener.events.count == 21 })
      server.pause()
      #expect(await eventually { listener.events.last == .disconnected })
      server.proceed()
      #expect(await eventually { listener.events.last == .connected })
    }
  }
}

internal import Dispatch
internal import NativeThreads
@testable internal import RedisClient
internal import Telemetry
internal import TestKit
internal import Testing

@Suite(.timeLimit(.minutes(5)))
struct FailureTests {
  @Test func aStoppedServerCostsTheBudgetThenNothing() async throws {
    try await withRedis {
      $0.silenceLimit = .milliseconds(300)
    } _: { server, client in
      try await eventually { (try? await client.set([("a", [1])], expiry: .seconds(600))) != nil }
      server.pause()
      for _ in 0..<5 {
        let began = ContinuousClock.now
        let failed = await kind { () async throws(RedisError) in try await client.get(["a"], within: .milliseconds(30))
        }
        #expect(failed == .timeout || failed == .connectionLost)
        #expect(ContinuousClock.now - began < .seconds(60))
      }
      #expect(client.circuit != .closed)
      var refused = 0
      for _ in 0..<1_000 {
        let failed = await kind { () async throws(RedisError) in try await client.get(["a"], within: .milliseconds(30))
        }
        if failed == .circuitOpen { refused += 1 }
      }
      #expect(refused >= 900)
      server.proceed()
      try await eventually { (try? await client.get(["a"])) == [[1]] }
      #expect(client.circuit == .closed)
    }
  }

  @Test func lateRepliesAreNotTakenForOthers() async throws {
    // The connection lives through the pause, so the answers of the expired calls come first.
    try await withRedis({
      $0.breaker.failures = 1_000
    }) { server, client in
      try await client.set([("a", [1]), ("b", [2])], expiry: .seconds(600))
      server.pause()
      for _ in 0..<3 {
        let failed = await kind { () async throws(RedisError) in try await client.get(["a"], within: .milliseconds(20))
        }
        #expect(failed == .timeout)
      }
      async let value = client.get(["b"])
      try await eventually { client.openCommands == 1 }
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
      try await eventually { await isAlive(client) }
    }
  }

  @Test func openCommandsAreBounded() async throws {
    try await withRedis({ $0.commandsInFlight = 10 }) { server, client in
      // Ten commands of 256 keys fill it.
      let keys = (0..<2_560).map { "\($0)" }
      server.pause()
      async let open = client.get(keys)
      try await eventually { client.openCommands == 10 }
      let refused = await kind { () async throws(RedisError) in try await client.get(["a"]) }
      #expect(refused == .overloaded)
      server.proceed()
      #expect(try await open.count == keys.count)
      #expect(client.openCommands == 0)

      // Those whose time is up leave their places too.
      server.pause()
      let late = await kind { () async throws(RedisError) in try await client.get(keys, within: .milliseconds(300)) }
      #expect(late == .timeout)
      #expect(client.openCommands == 0)
      server.proceed()
      try await eventually { await isAlive(client) }
    }
  }

  @Test func stoppingEndsWhatIsOpen() async throws {
    let server = try RedisServer()
    defer { server.kill() }
    var configuration = try RedisConfiguration(url: server.url)
    configuration.timeBudget = Patience.limit
    configuration.silenceLimit = Patience.limit
    let client = RedisClient(configuration: configuration, logger: .silent)
    try await eventually { await isAlive(client) }
    server.pause()
    async let open = kind { () async throws(RedisError) in try await client.get(["a"]) }
    try await eventually { client.openCommands == 1 }
    async let first: Void = client.stop(within: .milliseconds(50))
    async let second: Void = client.stop(within: .milliseconds(50))
    _ = await (first, second)
    #expect(await open == .stopped)
    let late = await kind { () async throws(RedisError) in try await client.get(["a"]) }
    #expect(late == .stopped)
  }

  /// The last call ends by its own time budget, and so the client, which ends what is open.
  @Test func aCallThatTimesOutWhileTheClientStopsEndsOnce() async throws {
    let server = try RedisServer()
    defer { server.kill() }
    var configuration = try RedisConfiguration(url: server.url)
    configuration.timeBudget = Patience.limit
    configuration.silenceLimit = Patience.limit
    let client = RedisClient(configuration: configuration, logger: .silent)
    try await eventually { await isAlive(client) }
    server.pause()
    async let open = kind { () async throws(RedisError) in try await client.get(["a"], within: .seconds(2)) }
    try await eventually { client.openCommands == 1 }
    await client.stop(within: Patience.limit)
    #expect(await open == .timeout)
    #expect(client.openCommands == 0)
  }

  /// The same for the breaker, which opens in time, and for the stop, which waits for no name server.
  @Test func aNameServerThatHangsCostsTheBudgetAlone() async throws {
    let answered = DispatchSemaphore(value: 0)
    defer { answered.signal() }
    var configuration = try RedisConfiguration(url: "redis://cache")
    configuration.timeBudget = .seconds(300)
    configuration.lookUp = { _ throws(RedisError) in
      answered.wait()
      return "127.0.0.1"
    }
    let client = RedisClient(configuration: configuration, logger: .silent)
    for _ in 0..<5 {
      let began = ContinuousClock.now
      let failed = await kind { () async throws(RedisError) in try await client.get(["a"], within: .milliseconds(30)) }
      #expect(failed == .timeout)
      #expect(ContinuousClock.now - began < .seconds(60))
    }
    #expect(client.circuit == .open)
    await client.stop(within: .seconds(1))
  }

  @Test func aNameIsLookedUp() async throws {
    let server = try RedisServer()
    defer { server.kill() }
    var configuration = try RedisConfiguration(url: "redis://localhost:\(server.port)")
    let client = RedisClient(configuration: configuration, logger: .silent)
    try await eventually { await isAlive(client) }
    await client.stop(within: .zero)
    configuration.endpoint = try RedisEndpoint(url: "redis://no-such-host.invalid")
    configuration.timeBudget = Patience.limit
    let lost = RedisClient(configuration: configuration, logger: .silent)
    #expect(await kind { () async throws(RedisError) in try await lost.get(["a"]) } == .connectFailed)
    await lost.stop(within: .zero)
  }

  /// A proxy that does not know AUTH quotes it, with the password.
  @Test func aRefusedPasswordIsNotRepeated() async throws {
    try await withRedis { server, client in
      _ = try await client.command("CONFIG", "SET", "requirepass", "right")
      let endpoint = server.url.replacing("redis://", with: "redis://:wrongsecret@")
      let other = RedisClient(configuration: try RedisConfiguration(url: endpoint), logger: .silent)
      do throws(RedisError) {
        _ = try await other.get(["a"], within: Patience.limit)
        Issue.record("the password was taken")
      } catch {
        #expect(error.kind == .connectFailed)
        #expect(error.message == "Redis refused the connection: WRONGPASS")
      }
      await other.stop(within: .zero)
    }
  }

  /// What Redis always refuses is not asked for without a pause.
  @Test func aRefusedSubscriptionIsTriedEverMoreRarely() async throws {
    try await withRedis({
      $0.backoff.first = .milliseconds(10)
      $0.backoff.most = .seconds(20)
    }) { server, client in
      _ = try await client.command("ACL", "SETUSER", "default", "-subscribe")
      let subscription = client.subscribe(to: ["one"]) { _ in }
      var seen = -1
      try await eventually {
        let stats = try await client.command("INFO", "stats").bytes ?? []
        let line = String(decoding: stats, as: UTF8.self).split(separator: "\r\n")
          .first { $0.hasPrefix("total_connections_received:") }
        let now = Int(line?.split(separator: ":").last ?? "") ?? 0
        // Eight or so have come when the pause is more than a second; without growing pauses there is no such second.
        try await Task.sleep(for: .seconds(1))
        defer { seen = now }
        return now == seen
      }
      subscription.cancel()
    }
  }

  @Test func aSubscriptionTellsWhenItMayHaveMissedSomething() async throws {
    try await withRedis { server, client in
      let listener = Listener()
      let subscription = client.subscribe(to: ["one", "two"], onEvents: listener.sink)
      try await eventually { listener.events == [.connected] }
      _ = try await client.command("PUBLISH", "one", "a")
      _ = try await client.command("PUBLISH", "two", "b")
      let first: [RedisEvent] = [
        .connected, .message(channel: "one", payload: [0x61]), .message(channel: "two", payload: [0x62]),
      ]
      try await eventually { listener.events == first }
      server.kill()
      try await eventually { listener.events.last == .disconnected }
      try server.start()
      try await eventually { listener.events.last == .connected }
      try await eventually { await isAlive(client) }
      _ = try await client.command("PUBLISH", "one", "c")
      try await eventually { listener.events.last == .message(channel: "one", payload: [0x63]) }
      subscription.cancel()
      try await eventually { listener.events.last == .disconnected }
      let receivers = try await client.command("PUBLISH", "one", "d")
      #expect(receivers == .integer(0))
    }
  }

  @Test func pingsAmongMessagesAreNotTakenForThem() async throws {
    try await withRedis({ $0.pingInterval = .milliseconds(20) }) { server, client in
      let listener = Listener()
      _ = client.subscribe(to: ["one"], onEvents: listener.sink)
      try await eventually { listener.events == [.connected] }
      let pings = try await pings(client)
      var sent = 0
      try await eventually("pings among the messages") {
        _ = try await client.command("PUBLISH", "one", "\(sent)")
        sent += 1
        return try await self.pings(client) >= pings + 5
      }
      try await eventually { listener.events.count == sent + 1 }
      #expect(!listener.events.contains(.disconnected))
    }
  }

  /// How many pings a server has had.
  private func pings(_ client: RedisClient) async throws -> Int {
    let stats = String(decoding: try await client.command("INFO", "commandstats").bytes ?? [], as: UTF8.self)
    let line = stats.split(separator: "\r\n").first { $0.hasPrefix("cmdstat_ping:calls=") }
    return Int(line?.split(separator: ",")[0].split(separator: "=")[1] ?? "") ?? 0
  }

  @Test func aSilentSubscriptionIsFoundOutByPing() async throws {
    try await withRedis({
      $0.pingInterval = .milliseconds(50)
      $0.silenceLimit = .milliseconds(200)
    }) { server, client in
      let listener = Listener()
      _ = client.subscribe(to: ["one"], onEvents: listener.sink)
      // The answers to pings keep it up where no message comes: without them there would be no such second.
      try await eventually("a second in peace") {
        let before = listener.events
        try await Task.sleep(for: .seconds(1))
        return before.last == .connected && listener.events == before
      }
      server.pause()
      try await eventually { listener.events.last == .disconnected }
      server.proceed()
      try await eventually { listener.events.last == .connected }
    }
  }
}

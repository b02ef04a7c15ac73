import HTTPCaller
import JSONCodec
import Synchronization
import Telemetry
import TestKit
import Testing

@testable import ReferenceSystems

@Suite(.timeLimit(.minutes(5)))
struct BehaviourTests {
  @Test func `failing leaves the snippet out, for as many requests as asked`() async throws {
    try await withSystems(http("pricing")) { client in
      let set = try await client.behave("pricing", #"{"kind":"fail","status":503,"retryAfter":7,"times":2}"#)
      #expect(set.status == 200)
      for _ in 0..<2 {
        let failed = try await client.deliver("pricing", version: 1)
        #expect(failed.status == 503 && failed.code == "injected" && failed.header("Retry-After") == "7")
      }
      #expect(client.systems.system("pricing")?.itemCount == 0)
      #expect(try await client.deliver("pricing", version: 1).text.contains("accepted"))
      #expect(try await client.count("faults", of: "pricing") == 2)
      #expect(try await client.call("GET", "pricing", "/behaviour").text == "[]")
    }
  }

  @Test func `a processed failure, a dropped and a mute answer keep the snippet`() async throws {
    try await withSystems(http("pricing")) { client in
      _ = try await client.behave("pricing", #"{"kind":"fail","status":500,"processed":true}"#)
      #expect(try await client.deliver("pricing", "00000000000001", version: 1).status == 500)
      _ = try await client.behave("pricing", #"{"kind":"drop"}"#)
      await #expect(throws: HTTPCallError.self) { try await client.deliver("pricing", "00000000000002", version: 1) }
      _ = try await client.behave("pricing", #"{"kind":"empty"}"#)
      let empty = try await client.deliver("pricing", "00000000000003", version: 1)
      #expect(empty.status == 200 && empty.body.isEmpty)
      _ = try await client.behave("pricing", #"{"kind":"invalid"}"#)
      let invalid = try await client.deliver("pricing", "00000000000004", version: 1)
      #expect(invalid.status == 200)
      #expect(throws: JSONError.self) { try invalid.json }
      #expect(client.systems.system("pricing")?.itemCount == 4)
      #expect(try await client.call("DELETE", "pricing", "/behaviour").status == 200)
      #expect(try await client.deliver("pricing", "00000000000002", version: 1).text.contains("repeated"))
    }
  }

  @Test func `a hanging system never answers and does not hold up the stop`() async throws {
    let begin = ContinuousClock.now
    var configuration = http("pricing")
    configuration.stopPatience = .seconds(300)
    try await withSystems(configuration) { client in
      _ = try await client.behave("pricing", #"{"kind":"hang","times":2}"#)
      let error = await #expect(throws: HTTPCallError.self) {
        try await client.deliver("pricing", version: 1, timeout: .seconds(1))
      }
      #expect(error?.kind == .timeout(.response))
      #expect(client.systems.system("pricing")?.itemCount == 0)
      #expect(try await client.call("GET", "pricing", "/stats").status == 200)
    }
    #expect(ContinuousClock.now - begin < .seconds(60))
  }

  @Test func `a slow system answers later, everything else meanwhile`() async throws {
    try await withSystems(http("pricing")) { client in
      _ = try await client.behave("pricing", #"{"kind":"slow","latencyMs":10000,"jitterMs":50}"#)
      let begin = ContinuousClock.now
      let isAnswered = Atomic(false)
      async let slow = {
        defer { isAnswered.store(true, ordering: .relaxed) }
        return try await client.deliver("pricing", version: 1).status
      }()
      try await eventually { try await client.count("accepted", of: "pricing") == 1 }
      let isLate = !isAnswered.load(ordering: .relaxed)
      #expect(isLate)
      #expect(try await slow == 200)
      #expect(ContinuousClock.now - begin >= .seconds(10))
    }
  }

  @Test func `a batch's answer may be short, long or spoiled in parts`() async throws {
    try await withSystems(http("logistics")) { client in
      let batch = "[\(entry("logistics", "00000000000001", 1)),\(entry("logistics", "00000000000002", 1))]"
      for (kind, count) in [("short", 1), ("long", 3)] {
        _ = try await client.behave("logistics", "{\"kind\":\"\(kind)\"}")
        #expect(try await client.call("POST", "logistics", "/snippets", body: batch).json.count == count)
      }
      #expect(client.systems.system("logistics")?.itemCount == 2)
      _ = try await client.call("DELETE", "logistics", "/items")
      _ = try await client.behave(
        "logistics", #"[{"kind":"fail","status":422,"code":"bad_cost","perEntry":true,"retryAfter":3,"times":1}]"#)
      let spoiled = try await client.call("POST", "logistics", "/snippets", body: batch)
      #expect(spoiled.text == #"[{"status":422,"code":"bad_cost","retryAfter":3},{"status":200}]"#)
      #expect(client.systems.system("logistics")?.itemCount == 1)
      _ = try await client.behave("logistics", #"{"kind":"conflict"}"#)
      let refused = try await client.deliver("logistics", "00000000000001", version: 99)
      #expect(refused.status == 409)
      #expect(client.systems.system("logistics")?.itemCount == 1)
    }
  }

  @Test func `a rule may be about some items alone`() async throws {
    try await withSystems(http("pricing")) { client in
      _ = try await client.behave("pricing", #"{"kind":"fail","perEntry":true,"fromGtin":"00000000000002"}"#)
      for (gtin, status) in [("00000000000001", 200), ("00000000000002", 503), ("00000000000003", 503)] {
        #expect(try await client.deliver("pricing", gtin, version: 1).status == status)
      }
    }
  }

  @Test func `a share strikes as often as it says, and the same way each time`() async throws {
    try await withSystems(http("pricing", "seller")) { client in
      var struck: [[Int]] = []
      for system in ["pricing", "seller"] {
        _ = try await client.behave(system, #"{"kind":"fail","share":0.3,"status":500}"#)
        var failed: [Int] = []
        for version in 1...300 {
          if try await client.deliver(system, version: Int64(version)).status == 500 { failed.append(version) }
        }
        struck.append(failed)
      }
      #expect((60...120).contains(struck[0].count))
      #expect(struck[0] == struck[1])
    }
  }

  @Test func `a behaviour ends after its time`() {
    var engine = BehaviourEngine(seed: 1)
    let begin = ContinuousClock.now
    var rule = BehaviourRule(.fail)
    rule.duration = .milliseconds(300)
    engine.set([rule], at: begin)
    #expect(engine.decide(at: begin + .milliseconds(299)).fault == rule)
    #expect(engine.rules(at: begin + .milliseconds(299)) == [rule])
    #expect(engine.decide(at: begin + .milliseconds(300)).fault == nil)
    #expect(engine.rules(at: begin).isEmpty)
  }

  @Test(arguments: [
    #"{"kind":"explode"}"#, #"{"share":1}"#, #"{"kind":"fail","share":2}"#, #"{"kind":"fail","status":99}"#,
    #"{"kind":"fail","sharee":1}"#, #"{"kind":"loseAck"}"#, #"{"kind":"slow","perEntry":true}"#, "no json",
    #"{"kind":"fail","times":0}"#, #"{"kind":"fail","fromGtin":"00000000000003"}"#,
    #"{"kind":"fail","perEntry":true,"fromGtin":"3"}"#, #"[{"kind":"fail"},{"kind":"fail","processed":1}]"#,
  ])
  func `a mistaken behaviour is refused and changes nothing`(json: String) async throws {
    try await withSystems(http("pricing")) { client in
      _ = try await client.behave("pricing", #"{"kind":"conflict","share":0.5}"#)
      let answer = try await client.behave("pricing", json)
      #expect(answer.status == 400 && answer.code == "bad_behaviour")
      #expect(try await client.call("GET", "pricing", "/behaviour").text == #"[{"kind":"conflict","share":0.5}]"#)
    }
  }

  @Test func `a behaviour can be there from the start`() async throws {
    var configuration = http("pricing")
    var rule = BehaviourRule(.fail)
    rule.status = 418
    configuration.systems[0].behaviour = [rule]
    try await withSystems(configuration) { client in
      let answer = try await client.deliver("pricing", version: 1)
      #expect(answer.status == 418)
    }
    rule = BehaviourRule(.ignore)
    configuration.systems[0].behaviour = [rule]
    let systems = ReferenceSystems(configuration, logger: .silent)
    #expect(throws: ReferenceSystemsError.self) { try systems.open() }
  }
}

import HTTPCaller
import JSONCodec
import LocalServers
import TestKit
import Testing
import TrialRun

extension WholeService {
  /// Who may do what.
  @Suite struct KeyTests {
    @Test("Without a key, or with a wrong one: 401 everywhere but at the probes")
    func withoutKey() async throws {
      try await withStand(.embedded) { stand in
        let paths: [(method: String, path: String)] = [
          ("POST", "/v1/feeds?spec=cost"), ("GET", "/v1/feeds"), ("GET", "/v1/feeds/x"), ("GET", "/v1/feeds/x/items"),
          ("GET", "/v1/feeds/x/events"), ("PUT", "/v1/prices/\(TrialGrid.gtin(1))"), ("POST", "/v1/prices"),
          ("GET", "/metrics"),
        ]
        for (method, path) in paths {
          for key in [nil, "", "Bearer", "Bearer wrong", "Bearer hl_" + String(repeating: "A", count: 43)] {
            let body = method == "GET" ? [] : Array("x".utf8)
            let answer = try await stand.patiently {
              try await stand.request(
                method, "http://127.0.0.1:\(stand.port)\(path)", body: body,
                headers: [("X-Merchant-Id", "acme")] + (key.map { [("Authorization", $0)] } ?? []))
            }
            #expect(answer.status == 401, "\(method) \(path) \(key ?? "without")")
            #expect(answer.code == "unauthorized", "\(method) \(path) \(key ?? "without")")
          }
        }
        for probe in ["/healthz", "/readyz"] {
          let answer = try await stand.patiently {
            try await stand.request("GET", "http://127.0.0.1:\(stand.port)\(probe)")
          }
          #expect(answer.status == 200)
        }
      }
    }

    @Test("A merchant's key sees its own feeds alone, and ends when it is revoked")
    func merchants() async throws {
      try await withStand(.embedded) { stand in
        let (one, other) = (try await create(stand, "shop-1"), try await create(stand, "shop-2"))
        let submitted = try await call(
          stand, "POST", "/v1/feeds?spec=cost", one.secret, body: TrialGrid(items: 3, nodes: 1).csv())
        #expect(submitted.status == 202)
        let feed = try #require(try JSONDocument(submitted.body).root["feedId"]?.string)

        for path in ["/v1/feeds/\(feed)", "/v1/feeds/\(feed)/items", "/v1/feeds/\(feed)/events"] {
          #expect(try await call(stand, "GET", path, other.secret).status == 404, "\(path)")
          if !path.hasSuffix("events") { #expect(try await call(stand, "GET", path, one.secret).status == 200) }
        }
        let list = { (key: Key) in
          try JSONDocument(try await call(stand, "GET", "/v1/feeds", key.secret).body).root["feeds"]?.count
        }
        #expect(try await list(one) == 1)
        #expect(try await list(other) == 0)
        let disguised = try await stand.patiently {
          try await stand.request(
            "GET", "http://127.0.0.1:\(stand.port)/v1/feeds/\(feed)",
            headers: [("Authorization", "Bearer \(other.secret)"), ("X-Merchant-Id", "shop-1")])
        }
        #expect(disguised.status == 403)

        try await expectHashesOnly(stand, [one, other])
        let revoked = try await run(stand, ["key", "revoke", one.id])
        #expect(revoked.exit == .code(0), "\(revoked.output)")
        try await eventually(within: patience, "the key is refused") {
          try await call(stand, "GET", "/v1/feeds/\(feed)", one.secret).status == 401
        }
        #expect(try await call(stand, "GET", "/v1/feeds", other.secret).status == 200)
        let again = try await run(stand, ["key", "revoke", one.id])
        #expect(again.exit == .code(1))
        #expect(again.output.contains(one.id))
      }
    }

    private func expectHashesOnly(_ stand: TrialStand, _ keys: [Key]) async throws {
      let table = try await stand.postgres.query("SELECT k::text FROM api_key k")
      for key in keys {
        #expect(table.contains(key.id))
        #expect(!table.contains(key.secret))
        #expect(!table.contains(key.secret.dropFirst(3)))
        let hashed = try await stand.postgres.query(
          "SELECT count(*) FROM api_key WHERE hash = sha256(convert_to('\(key.secret)', 'UTF8'))")
        #expect(hashed == "1")
      }
    }

    private struct Key {
      let id: String
      let secret: String
    }

    private func create(_ stand: TrialStand, _ merchant: String) async throws -> Key {
      let (exit, output) = try await run(stand, ["key", "create", "--merchant", merchant, "--json"])
      try #require(exit == .code(0), "\(output)")
      let root = try JSONDocument(output).root
      return Key(id: try #require(root["id"]?.string), secret: try #require(root["key"]?.string))
    }

    private func run(
      _ stand: TrialStand, _ arguments: [String]
    ) async throws -> (exit: ChildProcess.Exit, output: String) {
      try await ChildProcess.run(ChildCommand(Built.program, arguments, environment: stand.terminal))
    }

    private func call(
      _ stand: TrialStand, _ method: String, _ path: String, _ key: String, body: [UInt8] = []
    ) async throws -> HTTPResponse {
      try await stand.patiently {
        try await stand.request(
          method, "http://127.0.0.1:\(stand.port)\(path)", body: body, headers: [("Authorization", "Bearer \(key)")])
      }
    }
  }
}

import HTTPCaller
import Ingress
import ItemModel
import JSONCodec
import PostgresClient
import Synchronization
import TestKit
import Testing

@Suite(.timeLimit(.minutes(5))) struct AccessTests {
  @Test func nothingAnswersWithoutAKey() async throws {
    let door = try await Door.shared.value
    let unknown = "hl_" + String(repeating: "A", count: 43)
    let paths = [
      ("GET", "/v1/feeds"), ("GET", "/v1/feeds/x"), ("GET", "/v1/feeds/x/items"), ("GET", "/v1/feeds/x/events"),
      ("POST", "/v1/feeds?spec=cost"), ("PUT", "/v1/prices/062145556123"), ("POST", "/v1/prices"), ("GET", "/metrics"),
      ("GET", "/nothing/here"),
    ]
    for (method, path) in paths {
      for key in [nil, unknown, "short", "hl_", ""] {
        let answer = try await door.call(method, path, key: key)
        #expect(answer.status == 401, "\(method) \(path) with \(key ?? "no key")")
        #expect(answer.code == "unauthorized")
        #expect(answer.header("WWW-Authenticate") == "Bearer")
        #expect(answer.header("X-Correlation-Id") != nil)
      }
    }
    let basic = try await door.call("GET", "/v1/feeds", headers: [("Authorization", "Basic \(Door.adminKey)")])
    #expect(basic.status == 401)
  }

  @Test func probesNeedNone() async throws {
    try await withDoor { door in
      let alive = try await door.call("GET", "/healthz")
      #expect(alive.status == 200)
      #expect(try await door.call("GET", "/readyz").text == #"{"ready":true,"reasons":[]}"#)
      door.readiness.list.withLock { $0 = ["postgres: no connection"] }
      let notReady = try await door.call("GET", "/readyz")
      #expect(notReady.status == 503)
      #expect(notReady.text == #"{"ready":false,"reasons":["postgres: no connection"]}"#)
      let metrics = try await door.call("GET", "/metrics", key: Door.adminKey)
      #expect(metrics.status == 200)
      #expect(metrics.text.contains(#"hyperloop_http_requests_total{route="GET /readyz",class="5xx"} 1"#))
      #expect(metrics.text.contains(#"hyperloop_http_request_seconds_count{route="GET /healthz"} 1"#))
      #expect(try await door.call("GET", "/nothing", key: Door.adminKey).code == "not_found")
    }
  }

  @Test func publicPathsNeedNone() async throws {
    try await withDoor({ $0.publicPaths = ["/metrics"] }) { door in
      let (open, closed) = (try await door.call("GET", "/metrics"), try await door.call("GET", "/v1/feeds"))
      #expect(open.status == 200)
      #expect(closed.status == 401)
    }
  }

  @Test func operatorsNameTheMerchant() async throws {
    let door = try await Door.shared.value
    let own = try await door.keys.create(for: .operator, label: "on call").secret
    for key in [Door.adminKey, own] {
      let missing = try await door.call("GET", "/v1/feeds", key: key)
      #expect(missing.status == 400)
      #expect(missing.code == "merchant_required")
      let bad = try await door.call("GET", "/v1/feeds", key: key, headers: [("X-Merchant-Id", "a/b")])
      #expect(bad.status == 400)
      #expect(bad.code == "invalid_merchant")
      let twice = try await door.call(
        "GET", "/v1/feeds", key: key, headers: [("X-Merchant-Id", "m1"), ("X-Merchant-Id", "m2")])
      #expect(twice.status == 400)
      let good = try await door.call("GET", "/v1/feeds", key: key, headers: [("X-Merchant-Id", "nobody")])
      #expect(good.status == 200)
      #expect(good.text == #"{"feeds":[]}"#)
    }
  }

  @Test func merchantsAreThemselvesAlone() async throws {
    let door = try await Door.shared.value
    let key = try await door.key(of: "acme")
    #expect(try await door.call("GET", "/v1/feeds", key: key).status == 200)
    #expect(try await door.call("GET", "/v1/feeds", key: key, headers: [("X-Merchant-Id", "acme")]).status == 200)
    for path in ["/v1/feeds", "/v1/feeds/x", "/v1/feeds/x/items", "/v1/feeds/x/events"] {
      let other = try await door.call("GET", path, key: key, headers: [("X-Merchant-Id", "other")])
      #expect(other.status == 403)
      #expect(other.code == "wrong_merchant")
    }
    let price = try await door.call(
      "PUT", "/v1/prices/062145556123", key: key, headers: [("X-Merchant-Id", "other")], body: "{}")
    #expect(price.status == 403)
  }

  @Test func revokedKeysEndSoon() async throws {
    let door = try await Door.shared.value
    guard let merchant = MerchantID("leaving") else { throw TestKitError(message: "no merchant") }
    let key = try await door.keys.create(for: .merchant(merchant), label: "old")
    #expect(key.secret.hasPrefix("hl_"))
    #expect(key.secret.utf8.count == 46)
    #expect(try await door.call("GET", "/v1/feeds", key: key.secret).status == 200)
    let listed = try await door.keys.list().first { $0.id == key.id }
    #expect(listed?.principal == .merchant(merchant))
    #expect(listed?.label == "old")
    #expect(listed?.revoked == nil)

    // As another process would do it: this one finds out when its answer has aged.
    try await door.execute("UPDATE api_key SET revoked = now() WHERE id = $1", .text(key.id))
    try await eventually("the revoked key is refused") {
      try await door.call("GET", "/v1/feeds", key: key.secret).status == 401
    }
    #expect(try await door.keys.list().first { $0.id == key.id }?.revoked != nil)

    let second = try await door.keys.create(for: .merchant(merchant))
    #expect(try await door.keys.authenticate(second.secret) == .merchant(merchant))
    #expect(try await door.keys.revoke(second.id))
    #expect(try await door.keys.authenticate(second.secret) == nil)
    #expect(try await !door.keys.revoke(second.id))
    #expect(try await !door.keys.revoke("nothing"))
    #expect(
      try await door.count("SELECT count(*) FROM api_key WHERE position('hl_' in encode(hash, 'escape')) > 0") == 0)
  }

  @Test func correlationIsTakenOrMade() async throws {
    let door = try await Door.shared.value
    let own = try await door.call("GET", "/healthz", headers: [("X-Correlation-Id", "abc-123")])
    #expect(own.header("X-Correlation-Id") == "abc-123")
    for bad in ["two words", String(repeating: "x", count: 129), "ümlaut"] {
      let made = try await door.call("GET", "/healthz", headers: [("X-Correlation-Id", bad)])
      #expect(made.header("X-Correlation-Id")?.count == 32)
    }
  }
}

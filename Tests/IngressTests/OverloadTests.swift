import HTTPCaller
import HTTPServer
import JSONCodec
import Ingress
import LocalServers
import PostgresClient
import Telemetry
import TestKit
import Testing

@Suite(.timeLimit(.minutes(5))) struct OverloadTests {
  @Test func limitsAnswer503() async throws {
    let limits: @Sendable (inout IngressConfiguration) -> Void = {
      $0.maxUploads = 0
      $0.maxEventStreams = 0
      $0.maxDownloads = 0
      $0.maxPriceLists = 0
      $0.maxWaitingPrices = 0
    }
    try await withDoor(limits) { door in
      let key = try await door.key(of: "many")
      try await door.execute(
        """
        INSERT INTO feed (public_id, merchant, spec, correlation, deadline, is_read)
        VALUES ('known', 'many', 'cost', '', now(), true)
        """)
      let price = #"{"price":{"currencyAmount":1,"currencyUnit":"USD"}}"#
      let requests = [
        ("POST", "/v1/feeds?spec=cost", smallGrid, "too_many_uploads"),
        ("GET", "/v1/feeds/known/events", "", "too_many_streams"),
        ("GET", "/v1/feeds/known/errors", "", "too_many_downloads"), ("POST", "/v1/prices", price, "too_many_lists"),
        ("PUT", "/v1/prices/062145556123", price, "prices_unavailable"),
      ]
      for (method, path, body, code) in requests {
        let answer = try await door.call(method, path, key: key, body: body)
        #expect(answer.status == 503)
        #expect(answer.code == code)
        #expect(answer.header("Retry-After") != nil)
      }
    }
  }

  @Test func withoutADatabaseKeysAreUnknown() async throws {
    var configuration = PostgresConfiguration(url: "postgresql://127.0.0.1:1/none")
    configuration.acquireTimeout = .milliseconds(200)
    let pool = try PostgresPool(configuration: configuration, logger: .silent)
    let keys = KeyStore(pool: pool, adminKey: "admin")
    #expect(try await keys.authenticate("admin") == .operator)
    #expect(try await keys.authenticate("nonsense") == nil)
    let key = "hl_" + String(repeating: "A", count: 43)
    await #expect(throws: KeyError.self) { try await keys.authenticate(key) }
    await pool.shutDown()
  }

  @Test func aDatabaseThatIsAwayIsNobodysMistake() async throws {
    let door = try await Door()
    await door.pool.shutDown()
    for (key, path) in [(Door.adminKey, "/v1/feeds"), ("hl_" + String(repeating: "B", count: 43), "/v1/feeds")] {
      let answer = try await door.call("GET", path, key: key, headers: [("X-Merchant-Id", "m")])
      #expect(answer.status == 503)
      #expect(answer.code == "unavailable")
      #expect(answer.header("Retry-After") != nil)
    }
    try await door.stop()
  }

  @Test func aStopEndsOpenStreams() async throws {
    let door = try await Door({ $0.stopPatience = .seconds(300) })
    let key = try await door.key(of: "late")
    let id = try #require(
      try await door.call("POST", "/v1/feeds?spec=cost", key: key, body: smallGrid).json()["feedId"]?.string)
    let lines = LineCollector()
    let stream = try await ChildProcess.start(
      ChildCommand(
        "curl",
        ["-sSN", "-H", "Authorization: Bearer \(key)", "http://127.0.0.1:\(door.port)/v1/feeds/\(id)/events"],
        output: lines.output))
    try await eventually("the stream has begun") { lines.text.contains("RECEIVED") }
    let start = ContinuousClock.now
    try await door.stop()
    #expect(start.duration(to: .now) < .seconds(60))
    _ = await stream.exit()
    await #expect(throws: (any Error).self) { try await door.call("GET", "/healthz") }
  }

  @Test func aTakenPortEndsTheRun() async throws {
    let door = try await Door.shared.value
    await #expect(throws: HTTPServerError.self) {
      try await withDoor({ $0.http.port = door.port }) { _ in }
    }
  }
}

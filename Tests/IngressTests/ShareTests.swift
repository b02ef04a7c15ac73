import FeedIngestor
import HTTPCaller
import ItemModel
import JSONCodec
import KafkaClient
import LocalServers
import PostgresClient
import Telemetry
import TestKit
import Testing

@testable import Ingress

/// What one merchant may take of what is there for all, and what it is told of the whole.
@Suite(.timeLimit(.minutes(5))) struct ShareTests {
  @Test func aMerchantHasAPartOfThePlaces() throws {
    let (one, other) = (try #require(MerchantID("one")), try #require(MerchantID("other")))
    let slots = Slots(5, share: 3)
    #expect((0..<4).map { _ in slots.take(one) } == [.taken, .taken, .taken, .shareFull])
    #expect((0..<3).map { _ in slots.take(other) } == [.taken, .taken, .full])
    #expect(slots.ask(one) == .full)
    slots.giveBack(other)
    #expect(slots.take(one) == .shareFull)
    #expect(slots.take(other) == .taken)
  }

  @Test func whoHasTakenItsShareIsTold() async throws {
    let shares: @Sendable (inout IngressConfiguration) -> Void = {
      $0.maxUploadsPerMerchant = 0
      $0.maxEventStreamsPerMerchant = 0
      $0.maxDownloadsPerMerchant = 0
      $0.maxPriceListsPerMerchant = 0
    }
    try await withDoor(shares) { door in
      let key = try await door.key(of: "many")
      try await door.execute(
        """
        INSERT INTO feed (public_id, merchant, spec, correlation, deadline, is_read)
        VALUES ('known', 'many', 'cost', '', now(), true)
        """
      )
      for (method, path, code) in [
        ("POST", "/v1/feeds?spec=cost", "too_many_uploads"), ("GET", "/v1/feeds/known/events", "too_many_streams"),
        ("GET", "/v1/feeds/known/errors", "too_many_downloads"), ("POST", "/v1/prices", "too_many_lists"),
      ] {
        let answer = try await door.call(method, path, key: key, body: method == "GET" ? "" : smallGrid)
        #expect(answer.status == 429)
        #expect(answer.code == code)
        #expect(answer.header("Retry-After") != nil)
      }
    }
  }

  @Test func metricsAreForOperators() async throws {
    let door = try await Door.shared.value
    let answer = try await door.call("GET", "/metrics", key: try await door.key(of: "curious"))
    #expect(answer.status == 403)
    #expect(answer.code == "operators_only")
    #expect(try await door.call("GET", "/metrics", key: Door.adminKey).status == 200)
  }

  @Test func withoutTheAPITheProbesAreThere() async throws {
    try await withDoor(hasAPI: false) { door in
      for path in ["/healthz", "/readyz"] {
        let answer = try await door.call("GET", path)
        #expect(answer.status == 200)
      }
      #expect(try await door.call("GET", "/metrics", key: Door.adminKey).status == 200)
      #expect(try await door.call("POST", "/v1/feeds?spec=cost", key: Door.adminKey, body: "x").status == 404)
    }
  }

  @Test func theServersOwnAnswersAreLikeTheOthers() async throws {
    let door = try await Door.shared.value
    let key = try await door.key(of: "chunks")
    let url = "http://127.0.0.1:\(door.port)"
    try await withTemporaryDirectory { directory in
      let arguments = ["-H", "Authorization: Bearer \(key)", "-H", "X-Correlation-Id: own-1", "-D", "-"]
      _ = try await ChildProcess.run(
        ChildCommand("sh", ["-c", "head -c 9000 /dev/zero > \(directory)/body"]))
      let large = try await curl(
        arguments + ["-H", "Transfer-Encoding: chunked", "-T", "\(directory)/body", "\(url)/v1/prices/1"])
      #expect(large.output.contains(" 413 ") && large.output.contains(#""code":"too_large""#), "\(large.output)")
      #expect(large.output.contains("X-Correlation-Id: own-1"), "\(large.output)")
      let other = try await curl(arguments + ["-X", "DELETE", "\(url)/v1/feeds"])
      #expect(other.output.contains(" 405 ") && other.output.contains("X-Correlation-Id: own-1"), "\(other.output)")
    }
  }

  /// A price that was answered 503 must not come behind one that was accepted later.
  @Test func aPriceThatWasGivenUpStaysAway() async throws {
    try await withDoor({ $0.priceDeadline = .seconds(2) }) { door in
      let key = try await door.key(of: "early")
      func put(_ amount: Int) async throws -> Int {
        let body = #"{"price":{"currencyAmount":\#(amount),"currencyUnit":"USD"}}"#
        return try await door.call("PUT", "/v1/prices/062145556123", key: key, body: body).status
      }
      try await eventually("Kafka is there") { try await put(1) == 202 }
      try door.kafka.takeDown()
      #expect(try await put(2) == 503)
      try door.kafka.bringUp()
      try await eventually("Kafka is back") { try await put(3) == 202 }
      let admin = try KafkaAdmin(KafkaConfiguration(bootstrap: door.kafka.bootstrap), logger: .silent)
      let partitions = (0..<4).map { TopicPartition(topic: door.topics.priceUpdates, partition: Int32($0)) }
      let stored = try await admin.watermarks(partitions).values.reduce(0) { $0 + $1.high - $1.low }
      #expect(stored == 2)
    }
  }

  @Test func streamsOfAFeedShareTheirLooks() async throws {
    let door = try await Door.shared.value
    let merchant = try #require(MerchantID("looker"))
    try await door.execute(
      "INSERT INTO feed (public_id, merchant, spec, correlation, deadline) VALUES ('l1', 'looker', 'cost', '', now())")
    let looks = FeedLooks(
      reader: FeedReader(pool: door.pool, graph: SystemGraph(systems: [], lookups: [], coChange: [])))
    let feed = FeedLooks.Feed(id: "l1", merchant: merchant)
    let first = try await looks.status(of: feed, maxAge: .seconds(60))
    try await door.execute("UPDATE feed SET status = 1 WHERE public_id = 'l1'")
    #expect(try await looks.status(of: feed, maxAge: .seconds(60)) == first)
    #expect(try await looks.status(of: feed, maxAge: .zero) != first)
  }

  @Test func aStreamEndsWithItsKey() async throws {
    try await withDoor({ $0.eventHeartbeat = .milliseconds(200) }) { door in
      let merchant = try #require(MerchantID("leaver"))
      let key = try await door.keys.create(for: .merchant(merchant))
      let id = try #require(
        try await door.call("POST", "/v1/feeds?spec=cost", key: key.secret, body: smallGrid).json()["feedId"]?.string)
      let lines = LineCollector()
      let stream = try await ChildProcess.start(
        ChildCommand(
          "curl",
          [
            "-sSN", "-H", "Authorization: Bearer \(key.secret)",
            "http://127.0.0.1:\(door.port)/v1/feeds/\(id)/events",
          ], output: lines.output))
      try await eventually("the stream has begun") { lines.text.contains("RECEIVED") }
      #expect(stream.isRunning)
      #expect(try await door.keys.revoke(key.id))
      try await eventually("the stream ends") { !stream.isRunning }
    }
  }
}

import FeedIngestor
import Foundation
import HTTPCaller
import Ingress
import JSONCodec
import LocalServers
import PostgresClient
import TestKit
import Testing

@Suite(.timeLimit(.minutes(5))) struct FeedTests {
  private func submit(
    _ door: Door, _ key: String, _ body: String = smallGrid, query: String = "spec=cost",
    headers: [(String, String)] = []
  ) async throws -> HTTPResponse {
    try await door.call("POST", "/v1/feeds?\(query)", key: key, headers: headers, body: body)
  }

  @Test func takesAGridWhateverItIsCalled() async throws {
    let door = try await Door.shared.value
    let key = try await door.key(of: "grids")
    for type in ["text/csv", "application/x-www-form-urlencoded", "image/png"] {
      let answer = try await submit(
        door, key, headers: [("Content-Type", type), ("X-Correlation-Id", "trace-\(type)")])
      #expect(answer.status == 202, "\(answer.text)")
      let id = try #require(try answer.json()["feedId"]?.string)
      #expect(answer.text == #"{"feedId":"\#(id)","feedStatus":"RECEIVED","href":"/v1/feeds/\#(id)"}"#)
      #expect(answer.header("Location") == "/v1/feeds/\(id)")
      // Durable before the answer: the bytes, and the trace.
      #expect(
        try await door.count(
          """
          SELECT count(*) FROM feed f JOIN feed_chunk c ON c.feed = f.id
          WHERE public_id = $1 AND status = 0 AND merchant = 'grids' AND c.bytes = $2 AND correlation = $3
          """, .text(id), .bytea(Array(smallGrid.utf8)), .text("trace-\(type)")) == 1)
      let status = try await door.call("GET", "/v1/feeds/\(id)", key: key)
      #expect(status.status == 200)
      #expect(try status.json()["feedStatus"]?.string == "RECEIVED")
      let early = try await door.call("GET", "/v1/feeds/\(id)/errors", key: key)
      #expect(early.code == "feed_in_progress")
    }
  }

  @Test func takesAForm() async throws {
    let door = try await Door.shared.value
    let key = try await door.key(of: "forms")
    try await withTemporaryDirectory { directory in
      let path = "\(directory)/grid.csv"
      try smallGrid.write(toFile: path, atomically: false, encoding: .utf8)
      let (exit, output) = try await curl([
        "-F", "note=hello", "-F", "file=@\(path)", "-F", "more=1", "-H", "Authorization: Bearer \(key)",
        "http://127.0.0.1:\(door.port)/v1/feeds?spec=cost",
      ])
      #expect(exit.isSuccess)
      #expect(output.contains(#""feedStatus":"RECEIVED""#), "\(output)")
      #expect(
        try await door.count(
          "SELECT count(*) FROM feed f JOIN feed_chunk c ON c.feed = f.id WHERE merchant = 'forms' AND c.bytes = $1",
          .bytea(Array(smallGrid.utf8))) == 1)
    }
    for (type, body) in [
      ("multipart/form-data", smallGrid), ("multipart/form-data; boundary=x", smallGrid),
      ("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=other\r\n\r\n1\r\n--x--\r\n"),
    ] {
      let answer = try await submit(door, key, body, headers: [("Content-Type", type)])
      #expect(answer.status == 400)
      #expect(answer.code == "bad_multipart")
    }
    #expect(try await door.count("SELECT count(*) FROM feed WHERE merchant = 'forms'") == 1)
  }

  @Test func refusesWhatIsNoGrid() async throws {
    let door = try await Door.shared.value
    let key = try await door.key(of: "wrong")
    let binary = "\u{89}PNG\u{0}\u{1}\u{2}" + String(repeating: "\u{0}", count: 100)
    let png = try await submit(door, key, binary, headers: [("Content-Type", "text/csv")])
    #expect(png.status == 415, "\(png.text)")
    let empty = try await submit(door, key, "")
    #expect(empty.status == 415 || empty.status == 422, "\(empty.text)")
    let unknown = try await submit(door, key, query: "spec=nonsense")
    #expect(unknown.status == 422)
    #expect(unknown.code == "unknown_spec")
    #expect(try unknown.json()["detail"]?.string?.contains("cost") == true)
    #expect(try await submit(door, key, query: "").code == "unknown_spec")
    for (query, known) in [("mode=try", "apply, validate"), ("policy=most", "each-row, all-or-nothing")] {
      let answer = try await submit(door, key, query: "spec=cost&\(query)")
      #expect(answer.status == 400)
      #expect(answer.code == "invalid_parameter")
      #expect(try answer.json()["detail"]?.string?.contains(known) == true, "\(answer.text)")
    }
    // What is misspelled is not passed over: this one would be applied.
    let misspelled = try await submit(door, key, query: "spec=cost&mod=validate")
    #expect(misspelled.status == 400 && misspelled.code == "unknown_parameter")
    #expect(try misspelled.json()["detail"]?.string?.contains("Did you mean “mode”") == true, "\(misspelled.text)")
    let twice = try await submit(door, key, query: "spec=cost&spec=price")
    #expect(twice.status == 400 && twice.code == "repeated_parameter")
    #expect(try twice.json()["field"]?.string == "spec")
    // What the first bytes show of the spec's own rules is told at once.
    for (grid, code) in [
      ("Item Gtin,Shipnode ID\n062145556123,1\n", "missing_columns"), ("Item Gtin,Shipnode ID,Unit Cost\n", "no_rows"),
      ("Item Gtin,Shipnode ID,Unit Cost,Cost\n062145556123,1,5,6\n", "duplicate_column"),
    ] {
      let answer = try await submit(door, key, grid)
      #expect(answer.status == 422, "\(answer.text)")
      #expect(answer.code == code)
    }
    for bad in ["", "has space", "ü", String(repeating: "k", count: 256)] {
      let answer = try await submit(door, key, headers: [("Idempotency-Key", bad)])
      #expect(answer.code == "invalid_idempotency_key", "\(bad): \(answer.status)")
    }
    #expect(try await door.count("SELECT count(*) FROM feed WHERE merchant = 'wrong'") == 0)
  }

  @Test func limitsAreTold() async throws {
    try await withDoor({ $0.maxFeedBytes = 100_000 }) {
      $0.maxFeedBytes = 100_000
      $0.maxOpenFeedsPerMerchant = 2
    } _: { door in
      let key = try await door.key(of: "large")
      let row = "062145556123,1234589,$39.88,Yes,4-11-19,4-21-19\n"
      // Declared, and found out while it comes.
      for count in [4_000, 2_100] {
        let answer = try await submit(door, key, smallGrid + String(repeating: row, count: count))
        #expect(answer.status == 413)
        #expect(answer.code == "too_large")
      }
      #expect(try await door.count("SELECT count(*) FROM feed") == 0)
      #expect(try await submit(door, key).status == 202)
      #expect(try await submit(door, key).status == 202)
      let third = try await submit(door, key)
      #expect(third.status == 429)
      #expect(third.code == "too_many_open_feeds")
      #expect(third.header("Retry-After") == "30")
      #expect(try await submit(door, try await door.key(of: "another")).status == 202)
    }
  }

  @Test func idempotencyKeysRepeatTheAnswer() async throws {
    let door = try await Door.shared.value
    let key = try await door.key(of: "repeats")
    let header = [("Idempotency-Key", "first")]
    let first = try await submit(door, key, headers: header)
    #expect(first.status == 202)
    let again = try await submit(door, key, headers: header)
    #expect(again.status == 202)
    #expect(again.body == first.body)
    let other = try await submit(door, key, smallGrid + "012378912355,1,$1.00,No,,\n", headers: header)
    #expect(other.status == 422)
    #expect(other.code == "idempotency_mismatch")
    // What was applied is no answer to a check, nor the other way round.
    for query in ["mode=validate", "policy=all-or-nothing"] {
      let answer = try await submit(door, key, query: "spec=cost&\(query)", headers: header)
      #expect(answer.code == "idempotency_mismatch")
    }
    // The key is the merchant's own.
    let stranger = try await submit(door, try await door.key(of: "stranger"), headers: header)
    #expect(stranger.status == 202)
    #expect(stranger.body != first.body)

    // All at once: one feed, and whoever is told a feed is told the same one.
    let answers = try await withThrowingTaskGroup(of: HTTPResponse.self) { group in
      for _ in 0..<12 {
        group.addTask { try await submit(door, key, headers: [("Idempotency-Key", "race")]) }
      }
      return try await group.reduce(into: [HTTPResponse]()) { $0.append($1) }
    }
    #expect(answers.allSatisfy { $0.status == 202 || $0.status == 409 })
    #expect(answers.contains { $0.status == 202 })
    #expect(Set(answers.filter { $0.status == 202 }.map(\.text)).count == 1)
    #expect(answers.filter { $0.status == 409 }.allSatisfy { $0.code == "upload_in_progress" })
    #expect(try await door.count("SELECT count(*) FROM feed WHERE merchant = 'repeats'") == 2)
  }

  @Test func merchantsSeeTheirOwn() async throws {
    let door = try await Door.shared.value
    let (mine, theirs) = (try await door.key(of: "mine"), try await door.key(of: "theirs"))
    var ids: [String] = []
    for _ in 0..<3 { ids.append(try #require(try await submit(door, mine).json()["feedId"]?.string)) }
    try await door.execute(
      """
      INSERT INTO feed_row (feed, index, line, gtin, text, failed)
      SELECT f.id, n, n + 2, NULL, '0' || n, n % 2 = 1 FROM feed f, generate_series(0, 59) n WHERE public_id = $1
      """, .text(ids[0]))

    for path in ["/v1/feeds/\(ids[0])", "/v1/feeds/\(ids[0])/items", "/v1/feeds/\(ids[0])/events"] {
      let answer = try await door.call("GET", path, key: theirs)
      #expect(answer.status == 404)
      #expect(answer.code == "feed_not_found")
    }
    #expect(try await door.call("GET", "/v1/feeds", key: theirs).text == #"{"feeds":[]}"#)

    let page = try await door.call("GET", "/v1/feeds?limit=2", key: mine).json()
    #expect(page["feeds"]?.elements.compactMap { $0["feedId"]?.string } == [ids[2], ids[1]])
    let cursor = try #require(page["nextCursor"]?.string)
    let rest = try await door.call("GET", "/v1/feeds?limit=2&cursor=\(cursor)", key: mine).json()
    #expect(rest["feeds"]?.elements.compactMap { $0["feedId"]?.string } == [ids[0]])

    let items = try await door.call("GET", "/v1/feeds/\(ids[0])/items", key: mine).json()
    #expect(items["items"]?.count == 50)
    let after = try #require(items["nextCursor"]?.string)
    let more = try await door.call("GET", "/v1/feeds/\(ids[0])/items?cursor=\(after)", key: mine).json()
    #expect(more["items"]?.elements.compactMap { $0["index"]?.int64 } == Array(50..<60))
    let failed = try await door.call("GET", "/v1/feeds/\(ids[0])/items?status=DATA_ERROR&limit=1000", key: mine).json()
    #expect(failed["items"]?.count == 30)

    for (query, name) in [
      ("limit=0", "limit"), ("limit=1001", "limit"), ("limit=x", "limit"), ("cursor=x", "cursor"),
      ("cursor=-1", "cursor"), ("status=BAD", "status"),
    ] {
      let answer = try await door.call("GET", "/v1/feeds/\(ids[0])/items?\(query)", key: mine)
      #expect(answer.status == 400)
      #expect(answer.code == "invalid_parameter")
      #expect(try answer.json()["field"]?.string == name)
    }
  }

  @Test func progressIsTold() async throws {
    let door = try await Door.shared.value
    let key = try await door.key(of: "watched")
    let id = try #require(try await submit(door, key).json()["feedId"]?.string)
    let lines = LineCollector()
    let stream = try await ChildProcess.start(
      ChildCommand(
        "curl",
        ["-sSN", "-H", "Authorization: Bearer \(key)", "http://127.0.0.1:\(door.port)/v1/feeds/\(id)/events"],
        output: lines.output))
    for (change, status) in [("submitted_at = now()", "RECEIVED"), ("status = 1", "INPROGRESS")] {
      try await door.execute("UPDATE feed SET \(change) WHERE public_id = $1", .text(id))
      try await eventually("\(status) is told") { lines.text.contains(#""feedStatus":"\#(status)""#) }
    }
    try await door.execute("UPDATE feed SET status = 2, completed_at = now() WHERE public_id = $1", .text(id))
    #expect(await stream.exit().isSuccess)
    await lines.end()
    let output = lines.text
    let events = output.components(separatedBy: "event: ").dropFirst()
    #expect(events.last?.hasPrefix("end\n") == true, "\(output)")
    #expect(events.filter { $0.hasPrefix("status\n") }.count >= 3)
    #expect(events.last?.contains(#""feedStatus":"PROCESSED""#) == true)
  }
}

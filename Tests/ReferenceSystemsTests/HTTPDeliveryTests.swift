import Telemetry
import HTTPCaller
import ItemModel
import JSONCodec
import ReferenceSystems
import Testing

@Suite(.timeLimit(.minutes(5)))
struct HTTPDeliveryTests {
  @Test func `the newest version stays, a repeat is welcome, an older one is refused`() async throws {
    try await withSystems(http("pricing")) { client in
      let first = try await client.deliver("pricing", version: 5, #"{"v":5}"#)
      #expect(first.status == 200 && first.text == #"{"result":"accepted"}"#)
      let repeated = try await client.deliver("pricing", version: 5, #"{"v":"other bytes"}"#)
      #expect(repeated.status == 200 && repeated.text == #"{"result":"repeated"}"#)
      let older = try await client.deliver("pricing", version: 4, #"{"v":4}"#)
      #expect(older.status == 409 && older.code == "older_version")
      #expect(try older.json["heldVersion"]?.int64 == 5)

      let held = try await client.call("GET", "pricing", "/items/m1/00012345678905")
      #expect(held.status == 200 && held.text == #"{"v":5}"#)
      #expect(held.header("X-Item-Version") == "5" && held.header("ETag") == "\"5\"")

      #expect(try await client.deliver("pricing", version: 9, #"{"v":9}"#).status == 200)
      #expect(try await client.call("GET", "pricing", "/items/m1/00012345678905").text == #"{"v":9}"#)
      let statistics = try #require(client.systems.system("pricing")?.statistics)
      #expect(statistics.deliveries == 4 && statistics.accepted == 2 && statistics.repeated == 1)
      #expect(statistics.changedRepeats == 1 && statistics.older == 1 && statistics.violations == 0)
      let snippet = try #require(client.systems.system("pricing")?.held(try item("00012345678905")))
      #expect(snippet.accepted == 2 && snippet.repeated == 1 && snippet.older == 1)
    }
  }

  @Test(
    arguments: [
      ("Idempotency-Key", nil, "key_missing"),
      ("Idempotency-Key", "m1/00012345678905/pricing", "key_malformed"),
      ("Idempotency-Key", "m2/00012345678905/pricing/5", "merchant_mismatch"),
      ("Idempotency-Key", "m1/00012345678906/pricing/5", "gtin_mismatch"),
      ("Idempotency-Key", "m1/00012345678905/seller/5", "system_mismatch"),
      ("Idempotency-Key", "m1/00012345678905/pricing/6", "version_mismatch"),
      ("X-Item-Version", "4", "version_mismatch"),
      ("X-Item-Version", "five", "header_malformed"),
      ("X-Item-Version", nil, "header_missing"),
      ("X-Gtin", "012345678905", "header_malformed"),
      ("X-Merchant-Id", "a b", "header_malformed"),
    ] as [(String, String?, String)])
  func `headers must agree`(name: String, value: String?, code: String) async throws {
    try await withSystems(http("pricing")) { client in
      var fields = headers("pricing", "00012345678905", 5).filter { $0.0 != name }
      if let value { fields.append((name, value)) }
      let answer = try await client.call("POST", "pricing", "/snippets", headers: fields, body: "{}")
      #expect(answer.status == 400 && answer.code == code)
      #expect(try await client.count("malformed", of: "pricing") == 1)
      #expect(try await client.call("GET", "pricing", "/items/m1/00012345678905").status == 404)
    }
  }

  @Test func `a batch is answered entry by entry, in order`() async throws {
    try await withSystems(http("logistics")) { client in
      #expect(try await client.deliver("logistics", "00000000000003", version: 7).status == 200)
      let wrong = #"{"merchantId":"m1","gtin":"00000000000009","version":1,"idempotencyKey":"x","snippet":{}}"#
      let batch = [
        entry("logistics", "00000000000001", 3, #"{ "s" : "]" }"#), entry("logistics", "00000000000003", 6),
        wrong, entry("logistics", "00000000000003", 7), entry("logistics", "00000000000001", 4),
      ]
      let answer = try await client.call("POST", "logistics", "/snippets", body: " [\(batch.joined(separator: ","))]")
      #expect(answer.status == 200)
      let entries = Array(try answer.json.elements)
      #expect(entries.map { $0["status"]?.int64 } == [200, 409, 400, 400, 400])
      #expect(
        entries.map { $0["code"]?.string } == [nil, "older_version", "key_malformed", "item_repeated", "item_repeated"])
      let held = try #require(client.systems.system("logistics")?.held(try item("00000000000001")))
      #expect(held.version == 3 && String(decoding: held.body, as: UTF8.self) == #"{ "s" : "]" }"#)
      #expect(try await client.count("requests", of: "logistics") == 2)

      let empty = try await client.call("POST", "logistics", "/snippets", body: "[]")
      #expect(empty.status == 200 && empty.text == "[]")
      #expect(try await client.call("POST", "logistics", "/snippets", body: "[{]").status == 400)
    }
  }

  @Test func `a batch may name GTINs as submitted, and may not be too long`() async throws {
    var configuration = http("logistics")
    configuration.maxBatchEntries = 1
    try await withSystems(configuration) { client in
      let submitted = entry("logistics", "00062145556123", 3)
        .replacing(#""gtin":"00062145556123""#, with: #""gtin":"062145556123""#)
      let answer = try await client.call("POST", "logistics", "/snippets", body: "[\(submitted)]")
      #expect(answer.text == #"[{"status":200}]"#)
      let long = try await client.call("POST", "logistics", "/snippets", body: "[\(submitted),\(submitted)]")
      #expect(long.status == 413 && long.code == "batch_too_long")
    }
  }

  @Test func `a dump has a line for each item, in order, and a reset forgets all`() async throws {
    try await withSystems(http("seller")) { client in
      for number in (1...1_200).reversed() {
        let gtin = GTIN(number: UInt64(number))?.text14 ?? ""
        #expect(try await client.deliver("seller", gtin, version: Int64(number), "{\"n\":\n\(number)}").status == 200)
      }
      #expect(try await client.deliver("seller", "00000000000600", version: 2_000, "no json").status == 200)
      let lines = try await client.call("GET", "seller", "/dump").text.split(separator: "\n")
      let values = try lines.map { try JSONDocument(String($0)).root }
      #expect(values.compactMap { $0["gtin"]?.string }.count == 1_200)
      #expect(values.map { $0["version"]?.int64 } == (1...1_200).map { $0 == 600 ? 2_000 : Int64($0) })
      #expect(values[0]["snippet"]?["n"]?.int64 == 1 && values[0]["idempotencyKey"]?.string?.hasSuffix("/1") == true)
      #expect(values[599]["unreadable"]?.string == "no json" && values[599]["accepted"]?.int64 == 2)

      #expect(try await client.count("items", of: "seller") == 1_200)
      #expect(try await client.call("DELETE", "seller", "/items").status == 204)
      #expect(try await client.call("GET", "seller", "/dump").text == "")
      #expect(try await client.count("accepted", of: "seller") == 0)
    }
  }

  @Test func `a taken port is replaced by a free one, or is an error`() async throws {
    try await withSystems(http("pricing")) { client in
      let taken = try #require(Int(client.url("pricing").split(separator: ":").last ?? ""))
      var configuration = http("seller")
      configuration.systems[0].port = taken
      let other = ReferenceSystems(configuration, logger: .silent)
      #expect(try other.open().first?.url != client.url("pricing"))
      configuration.replacesTakenPorts = false
      let failing = ReferenceSystems(configuration, logger: .silent)
      let error = #expect(throws: ReferenceSystemsError.self) { try failing.open() }
      #expect(error?.description.contains("\(taken)") == true && error?.isRetriable == true)
    }
  }
}

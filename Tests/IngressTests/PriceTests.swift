import HTTPCaller
import Ingress
import ItemModel
import JSONCodec
import KafkaClient
import Telemetry
import TestKit
import Testing

@Suite(.timeLimit(.minutes(5))) struct PriceTests {
  private func price(_ amount: String) -> String {
    #"{"price":{"currencyAmount":\#(amount),"currencyUnit":"USD"}}"#
  }

  @Test func refusalsNameTheMistake() async throws {
    let door = try await Door.shared.value
    let key = try await door.key(of: "mistakes")
    let cases: [(gtin: String, body: String, status: Int, code: String)] = [
      ("12345", price("1"), 400, "invalid_gtin"), ("06214555612x", price("1"), 400, "invalid_gtin"),
      ("062145556123", "", 400, "bad_json"), ("062145556123", "[]", 400, "bad_json"),
      ("062145556123", "{}", 422, "missing_price"), ("062145556123", price("1.1234567"), 422, "too_precise"),
      ("062145556123", price("1e30"), 422, "out_of_range"), ("062145556123", price(#""x""#), 422, "invalid_money"),
      ("062145556123", #"{"price":{"currencyAmount":1,"currencyUnit":"usd"}}"#, 422, "invalid_currency"),
      ("062145556123", #"{"price":12}"#, 422, "invalid_money"),
      ("062145556123", price("1") + String(repeating: " ", count: 5_000), 413, "too_large"),
    ]
    for (gtin, body, status, code) in cases {
      let answer = try await door.call("PUT", "/v1/prices/\(gtin)", key: key, body: body)
      #expect(answer.status == status, "\(gtin) \(body): \(answer.text)")
      #expect(answer.code == code)
      #expect(answer.header("X-Correlation-Id") != nil)
    }
  }

  @Test func withoutKafkaTheAnswerIs503() async throws {
    try await withDoor({ $0.priceDeadline = .seconds(1) }) { door in
      let key = try await door.key(of: "early")
      try await eventually("Kafka is there") {
        try await door.call("PUT", "/v1/prices/062145556123", key: key, body: price("1")).status == 202
      }
      try door.kafka.takeDown()
      let answer = try await door.call("PUT", "/v1/prices/062145556123", key: key, body: price("2"))
      #expect(answer.status == 503)
      #expect(answer.code == "prices_unavailable")
      #expect(answer.header("Retry-After") != nil)
      let line = #"{"gtin":"062145556123","price":{"currencyAmount":1,"currencyUnit":"USD"}}"# + "\n"
      // What comes behind the failed batch is not even tried, and told so line by line.
      let list = try await door.call("POST", "/v1/prices", key: key, body: String(repeating: line, count: 3_000))
      #expect(list.status == 200)
      let statuses = try list.text.split(separator: "\n").map { try JSONDocument(String($0)).root["status"]?.int64 }
      #expect(statuses == Array(repeating: 503, count: 3_000))
    }
  }

  @Test func listsAreAnsweredLineByLine() async throws {
    try await withDoor({ $0.maxPriceLines = 6 }) { door in
      let key = try await door.key(of: "lister")
      let good = #"{"gtin":"062145556123","price":{"currencyAmount":1,"currencyUnit":"USD"}}"#
      let body = [
        good, "", "nonsense", #"{"price":1}"#, String(repeating: "x", count: 5_000), good, good, good,
      ].joined(separator: "\n")
      let answer = try await door.call("POST", "/v1/prices", key: key, body: body)
      #expect(answer.status == 200)
      #expect(answer.header("Content-Type") == "application/x-ndjson")
      let lines = try answer.text.split(separator: "\n").map { try JSONDocument(String($0)).root }
      #expect(lines.map { $0["line"]?.int64 } == [1, 3, 4, 5, 6, 7])
      #expect(lines.map { $0["status"]?.int64 } == [202, 400, 400, 413, 202, 413])
      #expect(lines.last?["code"]?.string == "too_many_lines")
      #expect(lines[0]["updateId"]?.string?.isEmpty == false)
    }
  }

  /// Prices of 100 items, some one by one and some in lists: all arrive, under their keys, each item's in order.
  @Test func allArriveInOrder() async throws {
    try await withDoor { door in
      let key = try await door.key(of: "seller-1")
      let gtins = (0..<100).map { GTIN(number: 6_214_555_612 * 10 + UInt64($0))?.text14 ?? "" }
      try await withThrowingTaskGroup(of: Void.self) { group in
        for (place, gtin) in gtins.enumerated() where place % 2 == 0 {
          group.addTask {
            for round in 1...40 {
              let answer = try await door.call("PUT", "/v1/prices/\(gtin)", key: key, body: price("\(round)"))
              try #require(answer.status == 202)
            }
          }
        }
        for half in 0..<2 {
          group.addTask {
            var body = ""
            for round in 1...160 {
              for (place, gtin) in gtins.enumerated() where place % 4 == 2 * half + 1 {
                body += #"{"gtin":"\#(gtin)","price":{"currencyAmount":\#(round),"currencyUnit":"USD"}}"# + "\n"
              }
            }
            let answer = try await door.call("POST", "/v1/prices", key: key, body: body)
            #expect(answer.text.split(separator: "\n").filter { $0.contains(#""status":202"#) }.count == 4_000)
          }
        }
        try await group.waitForAll()
      }

      let consumer = try KafkaConsumer(
        KafkaConfiguration(bootstrap: door.kafka.bootstrap), group: "check", topics: [door.topics.priceUpdates],
        logger: .silent)
      var seen: [String: [String]] = [:]
      var ids: Set<String> = []
      while ids.count < 10_000, let event = try await consumer.next() {
        switch event {
        case .assigned(let assignment):
          try await assignment.start(
            at: Dictionary(uniqueKeysWithValues: assignment.partitions.map { ($0, .beginning) }))
        case .revoked: break
        case .records(let batches):
          for record in batches.flatMap(\.records) {
            let message = try PriceUpdateMessage(try #require(record.value))
            #expect(record.key == message.key.messageKey)
            #expect(message.key.merchant.text == "seller-1")
            ids.insert(message.updateID)
            let amount = message.attributes[path: ["pricing", "price", "currencyAmount"]]?.numberText
            seen[message.gtin, default: []].append(try #require(amount))
          }
        }
      }
      await consumer.stop(within: .zero)
      for (place, gtin) in gtins.enumerated() {
        #expect(seen[gtin] == (1...(place % 2 == 0 ? 40 : 160)).map { "\($0).00" }, "\(gtin)")
      }
    }
  }
}

import JSONCodec
import KafkaClient
import LocalServers
import TestKit
import Testing
import TrialRun

extension WholeService {
  /// Items that other producers write to the topic `item-setup`.
  @Suite struct ProducerTests {
    @Test("Records on item-setup are set up like any other, each item's newest last", arguments: KafkaKind.present)
    func records(kind: KafkaKind) async throws {
      try await withStand(kind) { stand in
        var last = TrialGrid(items: 50, nodes: 2)
        var records: [KafkaRecord] = []
        for seed in 1...6 {
          last.seed = seed
          records += (0..<last.items).map { SetupRecord(grid: last, item: $0).record }
        }
        try await stand.produce(records)
        try await stand.waitFor(TrialExpectation(last))
        try await expectSound(stand, TrialExpectation(last))
      }
    }

    @Test("kafka-console-producer.sh can set items up", .enabled(if: TestServers.hasRealKafka))
    func console() async throws {
      let home = try #require(TestServers.kafkaHome)
      try await withStand(.real) { stand in
        let grid = TrialGrid(items: 10, nodes: 2)
        let lines = (0..<grid.items).map { SetupRecord(grid: grid, item: $0) }.map { "\($0.key)|\($0.value)\n" }
        let file = stand.options.directory + "/records"
        try write(lines.joined(), to: file)
        let (exit, output) = try await ChildProcess.run(
          ChildCommand(
            "/bin/sh",
            [
              "-c",
              "\"$1\" --bootstrap-server \"$2\" --topic item-setup --property parse.key=true --request-timeout-ms 60000 "
                + "--property 'key.separator=|' < \"$3\"", "sh", "\(home)/bin/kafka-console-producer.sh",
              stand.bootstrap,
              file,
            ], environment: ["KAFKA_HEAP_OPTS": "-Xmx256m"]))
        #expect(exit == .code(0), "\(output)")
        try await stand.waitFor(TrialExpectation(grid))
        try await expectSound(stand, TrialExpectation(grid))
      }
    }

    @Test(
      "What cannot be used becomes a dead letter with its origin, and the topic goes on", arguments: KafkaKind.present)
    func deadLetters(kind: KafkaKind) async throws {
      let prepare = { (options: inout TrialStand.Options) in
        try options.outlastStandstills()
        // One partition, so that what comes later waits behind what comes before.
        options.partitions = 1
      }
      try await withStand(kind, prepare) { stand in
        let grid = TrialGrid(items: 2, nodes: 2)
        let first = SetupRecord(grid: grid, item: 0)
        let overlap = first.value.replacing("2019-04-11", with: "2019-04-20").replacing(
          "2019-04-21", with: "2019-04-30")
        try await stand.produce([
          first.record,
          record(first.key, "{\"merchantId\":", headers: [KafkaHeader("trace", "17")]),
          record("acme/00000000000017", first.value),
          record(first.key, overlap),
          SetupRecord(grid: grid, item: 1).record,
        ])
        try await stand.waitFor(TrialExpectation(grid))
        let letters = try await stand.read("item-setup.dlq") { $0.count >= 3 }
        let found = letters.sorted {
          ($0.header("X-Dead-Letter-Offset") ?? "") < ($1.header("X-Dead-Letter-Offset") ?? "")
        }
        #expect(
          found.map { $0.header("X-Dead-Letter-Code") } == ["unreadable", "key_mismatch", "window_overlap_stored"])
        #expect(found.map { $0.header("X-Dead-Letter-Offset") } == ["1", "2", "3"])
        for letter in found {
          #expect(letter.header("X-Dead-Letter-Topic") == "item-setup")
          #expect(letter.header("X-Dead-Letter-Partition") == "0")
          #expect(letter.header("X-Dead-Letter-Reason")?.isEmpty == false)
          #expect(letter.header("X-Dead-Letter-Time")?.hasSuffix("Z") == true)
        }
        #expect(found[0].header("trace") == "17")
        #expect(found[0].key == Array(first.key.utf8))
        #expect(found[0].value == Array("{\"merchantId\":".utf8))
        try await expectSound(stand, TrialExpectation(grid))
      }
    }

    private func record(_ key: String, _ value: String, headers: [KafkaHeader] = []) -> KafkaRecord {
      KafkaRecord(topic: "item-setup", key: Array(key.utf8), value: Array(value.utf8), headers: headers)
    }
  }
}

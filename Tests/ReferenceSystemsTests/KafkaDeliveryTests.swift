import Telemetry
import HTTPCaller
import ItemModel
import JSONCodec
import KafkaClient
import ReferenceSystems
import Synchronization
import TestKit
import Testing

@Suite(.timeLimit(.minutes(5)))
struct KafkaDeliveryTests {
  @Test func `an acknowledging system answers each new version, and again for a repeat, and never for an older one`()
    async throws
  {
    let kafka = try Cluster()
    try await kafka.send([(1, 5, nil), (1, 5, nil), (1, 4, nil), (2, 7, nil), (1, 6, nil), (2, 7, "m1/wrong/key/1")])
    try await withSystems(kafka.configuration) { client in
      let supplier = try #require(client.systems.system("supplier"))
      try await eventually { supplier.statistics.acknowledged == 4 }
      #expect(try await kafka.acknowledgements(4) == ["1/5 ok", "1/5 ok", "1/6 ok", "2/7 ok"])
      #expect(supplier.statistics.accepted == 3 && supplier.statistics.repeated == 1 && supplier.statistics.older == 1)
      #expect(supplier.statistics.malformed == 1 && supplier.statistics.recovered == 0)
      let held = try await client.call("GET", "supplier", "/items/m1/00000000000001")
      #expect(held.text == #"{"v":6}"# && held.header("X-Item-Version") == "6")
    }
  }

  @Test func `a restart reads everything again and answers only what was not answered`() async throws {
    let kafka = try Cluster()
    try await kafka.send((1...50).map { (UInt64($0), 1, nil) })
    try await withSystems(kafka.configuration) { client in
      let supplier = try #require(client.systems.system("supplier"))
      try await eventually { supplier.statistics.acknowledged == 50 }
    }
    try await kafka.send([(1, 2, nil), (51, 1, nil)])
    try await withSystems(kafka.configuration) { client in
      let supplier = try #require(client.systems.system("supplier"))
      try await eventually { supplier.itemCount == 51 && supplier.statistics.acknowledged == 2 }
      #expect(supplier.statistics.recovered == 50 && supplier.statistics.accepted == 2)
      #expect(supplier.held(try item("00000000000001"))?.version == 2)
      let all = try await kafka.acknowledgements(52)
      #expect(all.count == 52 && Set(all).count == 52)
    }
  }

  @Test func `answers that are late hold back the commit, so that they survive a crash`() async throws {
    let kafka = try Cluster()
    var configuration = kafka.configuration
    var slow = BehaviourRule(.slow)
    slow.latency = .seconds(15)
    configuration.systems[0].behaviour = [slow]
    try await kafka.send([(1, 5, nil)])
    try await withSystems(configuration) { client in
      let supplier = try #require(client.systems.system("supplier"))
      try await eventually { supplier.itemCount == 1 }
      let begin = ContinuousClock.now
      // Longer than the commits' interval: with the answer still out, nothing may be committed.
      try await eventually { ContinuousClock.now - begin > .seconds(1) }
      #expect(supplier.statistics.acknowledged == 0)
      #expect(try await kafka.committed() == nil)
      try await eventually { supplier.statistics.acknowledged == 1 }
      try await eventually { try await kafka.committed() == 1 }
    }
  }

  @Test func `answers are lost, doubled, rejected and invented on request`() async throws {
    let kafka = try Cluster()
    try await withSystems(kafka.configuration) { client in
      let supplier = try #require(client.systems.system("supplier"))
      var seen = 0
      for (number, kind) in ["loseAck", "rejectAck", "ackTwice", "ackUnknown", "ignore"].enumerated() {
        #expect(try await client.behave("supplier", #"{"kind":"\#(kind)","times":1}"#).status == 200)
        try await kafka.send([(UInt64(number + 1), 5, nil)])
        seen += 1
        let count = seen
        try await eventually { supplier.statistics.requests == count }
      }
      try await eventually { supplier.statistics.acknowledged == 5 }
      #expect(
        try await kafka.acknowledgements(5) == ["2/5 injected", "3/5 ok", "3/5 ok", "4/1 ok", "4/5 ok"])
      #expect(supplier.itemCount == 3)
      #expect(try await client.behave("supplier", #"{"kind":"drop"}"#).status == 400)
    }
  }

  @Test func `answers about higher numbers are held until the rules are replaced`() async throws {
    let kafka = try Cluster()
    try await withSystems(kafka.configuration) { client in
      let supplier = try #require(client.systems.system("supplier"))
      let rule = #"[{"kind":"holdAck","share":1.0,"fromGtin":"00000000000003"}]"#
      #expect(try await client.behave("supplier", rule).text == rule)
      try await kafka.send((1...5).map { (UInt64($0), 1, nil) })
      try await eventually { supplier.itemCount == 5 && supplier.statistics.acknowledged == 2 }
      #expect(try await kafka.acknowledgements(2) == ["1/1 ok", "2/1 ok"])
      // What is held is not committed either, so that the next start would answer it.
      #expect(try await kafka.committed() ?? 0 <= 2)
      #expect(try await client.behave("supplier", "[]").status == 200)
      try await eventually { supplier.statistics.acknowledged == 5 }
      #expect(try await kafka.acknowledgements(5).count == 5)
      try await eventually { try await kafka.committed() == 5 }
    }
  }

  @Test func `a system that does not acknowledge keeps the newest version`() async throws {
    let kafka = try Cluster(acknowledges: false)
    try await kafka.send([(1, 5, nil), (1, 4, nil)])
    try await withSystems(kafka.configuration) { client in
      let supplier = try #require(client.systems.system("supplier"))
      try await eventually { supplier.statistics.deliveries == 2 }
      #expect(supplier.held(try item("00000000000001"))?.version == 5)
      try await eventually { try await kafka.committed() == 2 }
    }
    #expect(try await kafka.committed() == 2)
  }

  @Test func `a Kafka system without a Kafka is a mistake`() {
    var configuration = ReferenceSystemsConfiguration()
    configuration.systems = [ReferenceSystem("supplier", .kafka(topic: "t", acknowledges: true))]
    let systems = ReferenceSystems(configuration, logger: .silent)
    #expect(throws: ReferenceSystemsError.self) { try systems.open() }
  }
}

/// An embedded cluster with a system's topic and the one for acknowledgements.
private struct Cluster: Sendable {
  let kafka: EmbeddedKafka
  let configuration: ReferenceSystemsConfiguration

  init(acknowledges: Bool = true) throws {
    kafka = try EmbeddedKafka()
    try kafka.createTopic("x.supplier-snippets", partitions: 1)
    try kafka.createTopic("x.acks", partitions: 1)
    var configuration = ReferenceSystemsConfiguration()
    configuration.kafka = KafkaConfiguration(bootstrap: kafka.bootstrap, properties: Patience.sessionProperties)
    configuration.topicPrefix = "x."
    configuration.systems = [
      ReferenceSystem("supplier", .kafka(topic: "supplier-snippets", acknowledges: acknowledges))
    ]
    self.configuration = configuration
  }

  private var client: KafkaConfiguration { configuration.kafka ?? KafkaConfiguration(bootstrap: kafka.bootstrap) }

  /// Sends versions of items, each with its proper key or the given one.
  func send(_ deliveries: [(gtin: UInt64, version: Int64, key: String?)]) async throws {
    let producer = try KafkaProducer(client, logger: .silent)
    let records = deliveries.map { gtin, version, key in
      let gtin = GTIN(number: gtin)?.text14 ?? ""
      var fields = headers("supplier", gtin, version)
      if let key { fields[0].1 = key }
      return KafkaRecord(
        topic: "x.supplier-snippets", key: Array("m1/\(gtin)".utf8), value: Array("{\"v\":\(version)}".utf8),
        headers: fields.map { KafkaHeader($0.0, $0.1) })
    }
    for result in await producer.send(records) { _ = try result.get() }
    await producer.stop()
  }

  /// All acknowledgements from the topic's beginning, at least so many, as `gtin/version code`, sorted.
  func acknowledgements(_ count: Int) async throws -> [String] {
    let consumer = try KafkaConsumer(client, group: "reader-\(count)", topics: ["x.acks"], logger: .silent)
    var found: [String] = []
    while found.count < count, let event = try await consumer.next() {
      switch event {
      case .assigned(let assignment): try await assignment.start()
      case .revoked(let revocation): await revocation.complete()
      case .records(let batches):
        for record in batches.flatMap(\.records) {
          let message = try AcknowledgementMessage(record.value ?? [])
          #expect(record.key == message.delivery.key.messageKey && message.delivery.system == "supplier")
          let end = message.isAccepted ? "ok" : message.code ?? "no code"
          found.append("\(message.delivery.key.gtin.number)/\(message.delivery.version) \(end)")
        }
      }
    }
    await consumer.stop(within: .zero)
    return found.sorted()
  }

  /// What the system's group has committed.
  func committed() async throws -> Int64? {
    let admin = try KafkaAdmin(client, limit: Patience.limit, logger: .silent)
    let partition = TopicPartition(topic: "x.supplier-snippets", partition: 0)
    return try await admin.committed(group: "reference-supplier", [partition])[partition]?.offset
  }
}

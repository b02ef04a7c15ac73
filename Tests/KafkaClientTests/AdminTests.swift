import KafkaClient
import Telemetry
import TestKit
import Testing

@Suite(.timeLimit(.minutes(5)))
struct AdminTests {
  @Test(arguments: TestCluster.available)
  func `the cluster tells of its topics and logs`(cluster: TestCluster) async throws {
    let topic = try await cluster.topic(partitions: 3)
    try await produce((0..<5).map { KafkaRecord(topic, nil, "\($0)", partition: 1) }, to: cluster.configuration())
    let admin = try await KafkaAdmin(cluster.configuration(), limit: Patience.limit, logger: .silent)
    #expect(try await !admin.clusterID().isEmpty)
    let found = try #require(try await admin.topics().first { $0.name == topic })
    #expect(found.partitions.map(\.id) == [0, 1, 2] && found.partitions.allSatisfy { $0.leader != nil })
    let one = TopicPartition(topic: topic, partition: 1)
    let two = TopicPartition(topic: topic, partition: 2)
    let marks = try await admin.watermarks([one, two])
    #expect(marks[one]?.low == 0 && marks[one]?.high == 5 && marks[two]?.high == 0)
    // A broker that has just started may not have its coordinator yet.
    try await eventually("the coordinator is there") {
      do throws(KafkaError) {
        let committed = try await admin.committed(group: "nobody", [one])
        #expect(committed == [:])
        return true
      } catch {
        guard error.isRetriable else { throw error }
        return false
      }
    }
  }

  @Test(.enabled(if: TestCluster.available.contains(.real)))
  func `topics are made once`() async throws {
    let admin = try await KafkaAdmin(TestCluster.real.configuration(), limit: Patience.limit, logger: .silent)
    let name = try await TestCluster.real.topic(partitions: 1)
    let outcome = try await admin.createTopics([
      KafkaNewTopic(name: name, partitions: 4), KafkaNewTopic(name: "\(name)-b", partitions: 2),
    ])
    #expect(outcome == [name: .existed, "\(name)-b": .created])
    try await produce([KafkaRecord(name, nil, "v")], to: TestCluster.real.configuration())
    let zero = TopicPartition(topic: name, partition: 0)
    #expect(try await admin.offsets(for: 1_000, [zero]) == [zero: 0])
    #expect(try await admin.offsets(for: 4_000_000_000_000, [zero]) == [:])
    await #expect(throws: KafkaError.self) {
      try await admin.createTopics([KafkaNewTopic(name: "\(name)-c", partitions: 1, properties: ["no.such": "1"])])
    }
  }

  @Test func `what the embedded cluster cannot do is refused at once`() async throws {
    let admin = try await KafkaAdmin(
      TestCluster.embedded.configuration(), capabilities: EmbeddedKafka.capabilities, logger: .silent)
    let error = await #expect(throws: KafkaError.self) {
      try await admin.createTopics([KafkaNewTopic(name: "t", partitions: 1)])
    }
    #expect(error?.code == .unsupported)
  }

  @Test func `a broker that is not there is named, in time`() async throws {
    let admin = try KafkaAdmin(
      KafkaConfiguration(bootstrap: "127.0.0.1:1"), limit: .milliseconds(500), logger: .silent)
    let begin = ContinuousClock.now
    for question in [{ try await admin.clusterID().count }, { try await admin.topics().count }]
      as [() async throws -> Int]
    {
      do {
        _ = try await question()
        Issue.record("no broker was there")
      } catch let error as KafkaError {
        #expect(error.isRetriable && error.message.contains("127.0.0.1:1"), "\(error)")
      }
    }
    #expect(ContinuousClock.now - begin < .seconds(60))
  }
}

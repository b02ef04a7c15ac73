internal import TestKit
internal import Testing

@Suite struct KafkaChoiceTests {
  private func choose(_ named: String?, isCI: Bool = false, there: String...) -> KafkaChoice {
    KafkaChoice(
      named: named, isCI: isCI, root: "/a/b", exists: { path in there.contains { $0.hasPrefix(path) } },
      runs: { there.contains($0) })
  }

  private static let script = "/a/b/../shared/kafka/bin/local-cluster.sh"

  @Test func `what is named goes before what lies beside the package`() {
    #expect(choose("/opt/kafka", there: Self.script).home == "/opt/kafka")
    #expect(choose(nil, there: Self.script).home == "/a/b/../shared/kafka")
    #expect(choose(nil, there: "/a/b/../../shared/kafka/bin/local-cluster.sh").home == "/a/b/../../shared/kafka")
    #expect(choose(nil).home == nil)
    #expect(choose("", there: Self.script).home == nil)
  }

  @Test func `in CI, a Kafka beside the package must be used`() {
    #expect(choose("", isCI: true, there: Self.script).problem != nil)
    #expect(choose(nil, isCI: true, there: "/a/b/../shared/kafka/README.md").problem != nil)
    #expect(choose(nil, isCI: true, there: Self.script).problem == nil)
    #expect(choose(nil, isCI: true).problem == nil)
    #expect(choose("", isCI: false, there: Self.script).problem == nil)
  }

  @Test func `this run keeps that rule`() {
    #expect(TestServers.kafkaChoice.problem == nil)
  }
}

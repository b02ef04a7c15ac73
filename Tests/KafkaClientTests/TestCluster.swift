import Foundation
import KafkaClient
import Synchronization
import Telemetry
import Testing

/// A cluster that tests share: the embedded one always, a real one where a Kafka distribution is at hand.
enum TestCluster: String, CaseIterable, CustomTestStringConvertible {
  case embedded
  case real

  static var available: [TestCluster] { RealKafka.home == nil ? [.embedded] : allCases }

  var testDescription: String { rawValue }

  private static let shared = Result { try EmbeddedKafka() }

  func configuration(_ properties: [String: String] = [:]) async throws -> KafkaConfiguration {
    switch self {
    case .embedded:
      // The embedded cluster waits for a member that left about as long as its session lasts.
      KafkaConfiguration(
        bootstrap: try Self.shared.get().bootstrap,
        properties: ["session.timeout.ms": "3000", "heartbeat.interval.ms": "300"].merging(properties) { $1 })
    case .real: KafkaConfiguration(bootstrap: try await RealKafka.shared.value, properties: properties)
    }
  }

  /// A new topic of its own for a test.
  func topic(partitions: Int) async throws -> String {
    let name = "t-\(UUID().uuidString.prefix(8))"
    switch self {
    case .embedded: try Self.shared.get().createTopic(name, partitions: partitions)
    case .real:
      let admin = try KafkaAdmin(await configuration(), logger: .silent)
      _ = try await admin.createTopics([KafkaNewTopic(name: name, partitions: Int32(partitions))])
    }
    return name
  }
}

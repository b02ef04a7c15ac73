import Foundation
import KafkaClient
import LocalServers
import Synchronization
import Telemetry
import TestKit
import Testing

/// A cluster that tests share: the embedded one always, a real one where a Kafka distribution is at hand.
enum TestCluster: String, CaseIterable, CustomTestStringConvertible {
  case embedded
  case real

  static var available: [TestCluster] { TestServers.hasRealKafka ? allCases : [.embedded] }

  var testDescription: String { rawValue }

  private static let shared = Result { try EmbeddedKafka() }

  func configuration(_ properties: [String: String] = [:]) async throws -> KafkaConfiguration {
    switch self {
    case .embedded:
      // The embedded cluster waits for a member that left about as long as its session lasts.
      KafkaConfiguration(
        bootstrap: try Self.shared.get().bootstrap,
        properties: ["session.timeout.ms": "3000", "heartbeat.interval.ms": "300"].merging(properties) { $1 })
    case .real: KafkaConfiguration(bootstrap: try await TestServers.kafka().bootstrap, properties: properties)
    }
  }

  /// A new topic of its own for a test.
  func topic(partitions: Int) async throws -> String {
    let name = "t-\(UUID().uuidString.prefix(8))"
    switch self {
    case .embedded: try Self.shared.get().createTopic(name, partitions: partitions)
    case .real: try await createTopic(name, partitions: partitions, on: configuration())
    }
    return name
  }
}

/// Makes a topic on a real cluster.
func createTopic(_ name: String, partitions: Int, on configuration: KafkaConfiguration) async throws {
  let admin = try KafkaAdmin(configuration, limit: .seconds(30), logger: .silent)
  _ = try await admin.createTopics([KafkaNewTopic(name: name, partitions: Int32(partitions))])
}

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
    let bootstrap =
      switch self {
      case .embedded: try Self.shared.get().bootstrap
      case .real: try await TestServers.kafka().bootstrap
      }
    return KafkaConfiguration(
      bootstrap: bootstrap, properties: Patience.sessionProperties.merging(properties) { $1 })
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
  let admin = try KafkaAdmin(configuration, limit: Patience.limit, logger: .silent)
  _ = try await admin.createTopics([KafkaNewTopic(name: name, partitions: Int32(partitions))])
}

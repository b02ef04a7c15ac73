/// Which Kafka distribution the tests run against, and whether that may be none.
public struct KafkaChoice: Sendable, Equatable {
  /// The distribution; nil when there is none, or none is wanted.
  public let home: String?
  /// Why the tests must not go on without one.
  public let problem: String?

  /// - Parameters:
  ///   - named: `KAFKA_HOME`: set to nothing, it switches the tests off.
  ///   - isCI: whether `CI` is `true`: what is left out there is left out for good.
  ///   - root: the package's folder.
  ///   - exists: whether there is such a file or folder.
  ///   - runs: whether it is a program.
  public init(
    named: String?, isCI: Bool, root: String, exists: (String) -> Bool, runs: (String) -> Bool
  ) {
    // A checkout may be a work tree further down than the main one.
    let beside = ["\(root)/../shared/kafka", "\(root)/../../shared/kafka"]
    let found = beside.first { runs("\($0)/bin/local-cluster.sh") }
    home = if let named { named.isEmpty ? nil : named } else { found }
    if isCI, home == nil, let folder = beside.first(where: exists) {
      problem =
        named == nil
        ? "\(folder) has no bin/local-cluster.sh" : "KAFKA_HOME is empty although \(folder) exists"
    } else {
      problem = nil
    }
  }
}

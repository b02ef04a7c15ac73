internal import Synchronization
public import Telemetry

/// A Kafka cluster inside this process, for trials and tests: librdkafka's mock cluster, which speaks the real protocol on
/// loopback ports.
///
/// Its limits: everything is in memory and ends with it; a partition keeps about 5 MB and then drops its oldest records,
/// so a producer must not run far ahead of its consumers; each start has a new cluster id; topics come into being when a
/// client first asks for them, or by `createTopic`, not by request; groups cannot be listed nor offsets found by time
/// (`capabilities`); commits made while a group rebalances, also those before giving partitions back, are refused with a
/// retriable error, so that the next owner repeats what was done since the last commit; a group's first records come about
/// 3 s after its first member joined, and after a member left, the others wait for about a session's time-out (so give
/// consumers a short one, such as 3 s). On a machine that stands still for seconds it may forget a member that waits to be
/// let in, which asks again only after its `maxPollInterval` (so give consumers one of some 20 s).
public final class EmbeddedKafka: Sendable {
  /// What `KafkaAdmin` can do with it.
  public static let capabilities: KafkaCapabilities = []

  /// The requests that tests let fail, by the protocol's keys.
  public enum Request: Int16, Sendable {
    case produce = 0
    case fetch = 1
    case listOffsets = 2
    case metadata = 3
    case offsetCommit = 8
    case offsetFetch = 9
    case findCoordinator = 10
    case joinGroup = 11
    case heartbeat = 12
    case syncGroup = 14
    case initProducerID = 22
  }

  /// A failure that a broker is made to answer.
  public enum Fault: Sendable, Hashable {
    /// The broker closes the connection.
    case disconnect
    /// An error code of Kafka's protocol.
    case code(Int16)

    var rawCode: Int32 {
      switch self {
      case .disconnect: -195
      case .code(let code): Int32(code)
      }
    }
  }

  /// Address for clients: all brokers, separated by commas.
  public let bootstrap: String
  private let cluster: Mutex<MockCluster?>

  /// Starts the cluster, with broker ids from 1.
  public init(brokers: Int = 1, logger: Logger = .silent) throws(KafkaError) {
    let made = try MockCluster(brokers: Int32(clamping: brokers), logger: logger)
    bootstrap = made.bootstrap
    cluster = Mutex(made)
  }

  public func createTopic(_ name: String, partitions: Int, replicas: Int = 1) throws(KafkaError) {
    try running().createTopic(name, partitions: Int32(clamping: partitions), replicas: Int32(clamping: replicas))
  }

  /// Makes the next requests of a kind fail, one after the other.
  public func failNext(_ request: Request, with faults: [Fault]) throws(KafkaError) {
    try running().failNext(request.rawValue, with: faults.map(\.rawCode))
  }

  /// Takes a broker down, or all; its partitions stay its own.
  public func takeDown(broker: Int32? = nil) throws(KafkaError) {
    try running().setBroker(broker ?? -1, isUp: false)
  }

  public func bringUp(broker: Int32? = nil) throws(KafkaError) {
    try running().setBroker(broker ?? -1, isUp: true)
  }

  /// Delays every answer of a broker, or of all.
  public func setRoundTrip(_ time: Duration, broker: Int32? = nil) throws(KafkaError) {
    try running().setRoundTrip(time, broker: broker ?? -1)
  }

  /// Moves a partition to another broker; nil leaves it without a leader.
  public func setLeader(of partition: TopicPartition, to broker: Int32?) throws(KafkaError) {
    try running().setLeader(of: partition, to: broker ?? -1)
  }

  /// Ends the cluster; blocks for some milliseconds. Its clients then find no broker. Calling it again does nothing.
  public func stop() {
    // Ends with the reference, outside the lock.
    _ = cluster.withLock { cluster in
      defer { cluster = nil }
      return cluster
    }
  }

  private func running() throws(KafkaError) -> MockCluster {
    guard let cluster = cluster.withLock({ $0 }) else { throw .stopped }
    return cluster
  }
}

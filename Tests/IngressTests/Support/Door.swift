import FeedIngestor
import HTTPCaller
import HTTPServer
import Ingress
import ItemModel
import KafkaClient
import Lifecycle
import LocalServers
import Migrations
import PostgresClient
import SpecParser
import Synchronization
import Telemetry
import TestKit

/// The door on a free port, with a database and an embedded Kafka of its own.
final class Door: Sendable {
  static let adminKey = "the-first-operator's-key"
  static let shared = Task { try await Door() }

  let pool: PostgresPool
  let keys: KeyStore
  let kafka: EmbeddedKafka
  let topics = TopicNames()
  let metrics = MetricsRegistry()
  let caller: HTTPCaller
  let port: Int
  /// What the readiness closure answers.
  let readiness = Reasons()
  private let shutdown = GracefulShutdown()
  private let producer: KafkaProducer
  private let running: Task<Void, any Error>

  init(
    _ configure: (inout IngressConfiguration) -> Void = { _ in },
    ingest: (inout IngestConfiguration) -> Void = { _ in }, hasAPI: Bool = true
  ) async throws {
    let server = try await TestServers.postgres()
    let url = try await server.createDatabase("door_\(doors.wrappingAdd(1, ordering: .relaxed).newValue)")
    pool = try PostgresPool(configuration: Patience.postgres(url), logger: .silent)
    _ = try await Migrator(pool: pool, logger: .silent).apply()
    kafka = try EmbeddedKafka()
    try kafka.createTopic(topics.priceUpdates, partitions: 4)
    keys = KeyStore(pool: pool, adminKey: Door.adminKey, cacheTime: .milliseconds(300))
    caller = HTTPCaller(logger: .silent)

    var limits = IngestConfiguration()
    ingest(&limits)
    var configuration = IngressConfiguration()
    configuration.http.stopLinger = .milliseconds(20)
    configure(&configuration)
    producer = try KafkaProducer(
      KafkaConfiguration(bootstrap: kafka.bootstrap), options: configuration.producer, logger: .silent)
    let graph = SystemGraph(systems: [], lookups: [], coChange: [])
    let notReady = readiness
    let ingress = Ingress(
      configuration: configuration, keys: keys,
      api: hasAPI
        ? Ingress.API(
          store: FeedStore(pool: pool, configuration: limits, specs: try SpecCatalogue()),
          reader: FeedReader(pool: pool, graph: graph), producer: producer, topics: topics) : nil,
      metrics: metrics,
      readiness: { notReady.list.withLock { $0 } }, logger: .silent)
    let (ready, sender) = AsyncStream.makeStream(of: Void.self)
    let shutdown = shutdown
    running = Task {
      defer { sender.finish() }
      try await ingress.run(ServiceRun(shutdown: shutdown) { sender.finish() })
    }
    for await _ in ready {}
    port = ingress.port
  }

  final class Reasons: Sendable {
    let list = Mutex<[String]>([])
  }

  func stop() async throws {
    shutdown.request()
    try await running.value
    await caller.stop(within: .seconds(1))
    await producer.stop(within: .seconds(1))
    kafka.stop()
    await pool.shutDown()
  }

  /// A new key of that merchant.
  func key(of merchant: String) async throws -> String {
    guard let id = MerchantID(merchant) else { throw TestKitError(message: "no merchant: \(merchant)") }
    return try await keys.create(for: .merchant(id)).secret
  }

  func call(
    _ method: String, _ path: String, key: String? = nil, headers: [(String, String)] = [], body: String = "",
    timeout: Duration = Patience.limit
  ) async throws -> HTTPResponse {
    var all = headers.map { (name: $0.0, value: $0.1) }
    if let key { all.append((name: "Authorization", value: "Bearer \(key)")) }
    return try await caller.call(
      HTTPRequest(
        method: method, url: "http://127.0.0.1:\(port)\(path)", headers: all, body: Array(body.utf8),
        timeout: timeout, maxBodyBytes: 64 << 20))
  }

  func count(_ sql: String, _ parameters: PostgresParameter...) async throws -> Int64 {
    try await pool.withConnection { connection in
      try await connection.execute(PostgresStatement(sql), parameters).int8(0, 0)
    }
  }

  func execute(_ sql: String, _ parameters: PostgresParameter...) async throws {
    _ = try await pool.withConnection { try await $0.execute(PostgresStatement(sql), parameters) }
  }
}

private let doors = Atomic<Int>(0)

/// A door with limits of its own, while `body` runs.
func withDoor<Value>(
  _ configure: (inout IngressConfiguration) -> Void = { _ in }, ingest: (inout IngestConfiguration) -> Void = { _ in },
  hasAPI: Bool = true, _ body: (Door) async throws -> Value
) async throws -> Value {
  let door = try await Door(configure, ingest: ingest, hasAPI: hasAPI)
  do {
    let value = try await body(door)
    try await door.stop()
    return value
  } catch {
    // The first error is the one to show.
    try? await door.stop()
    throw error
  }
}

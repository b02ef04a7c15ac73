internal import FeedIngestor
internal import HTTPCaller
internal import Ingress
internal import ItemModel
internal import KafkaClient
internal import Migrations
internal import Orchestrator
internal import PostgresClient
internal import RedisClient
internal import Settings
internal import SystemsFile
internal import Telemetry

/// The connections of one process to the servers that it stands on, checked to work.
struct Clients: Sendable {
  let pool: PostgresPool
  let kafka: KafkaConfiguration
  let producer: KafkaProducer
  /// Carries the prices that come in at the door.
  let prices: KafkaProducer
  let admin: KafkaAdmin
  /// The Kafka cluster's identity.
  let cluster: String
  let redis: RedisClient?
  let caller: HTTPCaller

  /// Connects, and checks that each server answers.
  /// - Throws: `StartError` that names the server, the address and what to do.
  static func connect(_ settings: Settings, _ graph: SystemGraph, logger: Logger) async throws -> Clients {
    let pool = try PostgresPool(
      configuration: settings.postgres(try settings.require(Keys.postgresURL)), logger: logger.labelled("postgres"))
    do {
      try check(try await Migrator(pool: pool, logger: logger).status(), logger: logger)
      let kafka = settings.kafka(try settings.require(Keys.kafkaBootstrap))
      let admin = try KafkaAdmin(kafka, logger: logger.labelled("kafka"))
      let cluster = try await admin.clusterID()
      var redis: RedisClient?
      if let url = settings[Keys.redisURL] {
        redis = try RedisClient(configuration: RedisConfiguration(url: url), logger: logger.labelled("redis"))
      }
      var calls = HTTPCallerConfiguration()
      calls.callsPerHost = 256
      calls.callsInFlight = 2_048
      calls.makeRoom(for: graph)
      calls.callsWaiting = 65_536
      calls.idleConnections = 1_024
      var options = KafkaProducerOptions()
      options.linger = .milliseconds(5)
      return Clients(
        pool: pool, kafka: kafka,
        producer: try KafkaProducer(kafka, options: options, logger: logger.labelled("kafka")),
        prices: try KafkaProducer(kafka, options: settings.ingress.producer, logger: logger.labelled("kafka")),
        admin: admin, cluster: cluster, redis: redis,
        caller: HTTPCaller(configuration: calls, logger: logger.labelled("http")))
    } catch {
      await pool.shutDown()
      throw error
    }
  }

  private static func check(_ schema: SchemaState, logger: Logger) throws(StartError) {
    let differences = schema.differences.joined(separator: "; ")
    guard schema.isCurrent else {
      let hint =
        if !schema.changed.isEmpty {
          "run the program that the database was migrated with, or a later one"
        } else if !schema.unknown.isEmpty {
          "the database belongs to another program: run a newer one, or name another database"
        } else {
          "run “hyperloop migrate” first"
        }
      throw StartError("the database's tables are not those of this program: \(differences)", hint: hint)
    }
    if !schema.unknown.isEmpty {
      logger.warning("the database is newer than this program", ["differences": differences])
    }
  }

  /// Ends all connections, after the services that use them have ended.
  func close() async {
    await prices.stop(within: .seconds(1))
    await producer.stop(within: .seconds(10))
    await caller.stop(within: .seconds(2))
    await redis?.stop(within: .seconds(1))
    await pool.shutDown()
  }
}

/// Why the service does not start, and what to do about it.
struct StartError: Error, CustomStringConvertible {
  let message: String
  let hint: String

  init(_ message: String, hint: String = "") {
    self.message = message
    self.hint = hint
  }

  var description: String { hint.isEmpty ? message : "\(message)\n  \(hint)" }
}

extension Settings {
  var topics: TopicNames { TopicNames(prefix: self[Keys.kafkaTopicsPrefix]) }
  var groups: GroupNames { GroupNames(prefix: self[Keys.kafkaGroupPrefix]) }

  /// The topics that the service needs, those of the Kafka systems included.
  func neededTopics(_ graph: SystemGraph) -> [String] {
    topics.all
      + graph.systems.compactMap { system in
        guard case .kafka(let topic, _) = system.transport else { return nil }
        return topics.system(topic)
      }
  }
}

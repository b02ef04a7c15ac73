internal import Glibc
public import LocalServers

/// The servers that the tests of one run share. Each is started when it is first asked for, and ends with the run.
public enum TestServers {
  /// A PostgreSQL without fsync. Tests that stop or kill the server start one of their own.
  public static func postgres() async throws -> LocalPostgres { try await SharedServers.instance.postgres() }

  /// A Redis. Tests keep apart by their keys.
  public static func redis() async throws -> LocalRedis { try await SharedServers.instance.redis() }

  /// A real Kafka with one broker. Only where `kafkaHome` is not nil.
  public static func kafka() async throws -> LocalKafka { try await SharedServers.instance.kafka() }

  /// The Kafka distribution to test with: what `KAFKA_HOME` names, else `../shared/kafka` beside the package.
  public static let kafkaChoice: KafkaChoice = {
    // Sources are compiled where the package lies: three steps up from this file is its root.
    let root = #filePath.split(separator: "/").dropLast(3).map { "/\($0)" }.joined()
    return KafkaChoice(
      named: getenv("KAFKA_HOME").map { String(cString: $0) },
      isCI: getenv("CI").map { String(cString: $0) } == "true", root: root,
      exists: { access($0, F_OK) == 0 }, runs: { access($0, X_OK) == 0 })
  }()

  public static var kafkaHome: String? { kafkaChoice.home }

  /// Whether tests against a real Kafka can run: `@Test(.enabled(if: TestServers.hasRealKafka))`.
  public static var hasRealKafka: Bool { kafkaHome != nil }
}

/// Starts each server once, however many tests ask for it at the same time.
private actor SharedServers {
  static let instance = SharedServers()

  private var postgresStart: Task<LocalPostgres, any Error>?
  private var redisStart: Task<LocalRedis, any Error>?
  private var kafkaStart: Task<LocalKafka, any Error>?

  func postgres() async throws -> LocalPostgres {
    if postgresStart == nil {
      postgresStart = Task {
        let server = try LocalPostgres(directory: "\(try await RunDirectory.instance.path())/postgres")
        try await server.start()
        return server
      }
    }
    return try await value(of: postgresStart)
  }

  func redis() async throws -> LocalRedis {
    if redisStart == nil {
      redisStart = Task {
        let server = try LocalRedis(directory: "\(try await RunDirectory.instance.path())/redis")
        try await server.start()
        return server
      }
    }
    return try await value(of: redisStart)
  }

  func kafka() async throws -> LocalKafka {
    guard let home = TestServers.kafkaHome else { throw TestKitError(message: "no KAFKA_HOME") }
    if kafkaStart == nil {
      kafkaStart = Task {
        let directory = "\(try await RunDirectory.instance.path())/kafka"
        let server = try LocalKafka(home: home, directory: directory)
        try await server.start()
        return server
      }
    }
    return try await value(of: kafkaStart)
  }

  private func value<Server: Sendable>(of start: Task<Server, any Error>?) async throws -> Server {
    guard let start else { throw TestKitError(message: "the server was not started") }
    return try await start.value
  }
}

internal import Crypto
internal import Foundation
internal import KafkaClient
internal import LocalServers
internal import Telemetry

/// The private servers of `hyperloop dev`: PostgreSQL and Redis as children, Kafka within this process unless a real
/// one is named.
final class DevServers: Sendable {
  let postgres: LocalPostgres
  let redis: LocalRedis
  /// Nil when a real Kafka is used.
  let embedded: EmbeddedKafka?
  let bootstrap: String
  let directory: ClaimedDirectory
  /// Whether the directory is a stand-in for one that PostgreSQL's user cannot reach.
  let isElsewhere: Bool

  private init(
    postgres: LocalPostgres, redis: LocalRedis, embedded: EmbeddedKafka?, bootstrap: String,
    directory: ClaimedDirectory, isElsewhere: Bool
  ) {
    self.postgres = postgres
    self.redis = redis
    self.embedded = embedded
    self.bootstrap = bootstrap
    self.directory = directory
    self.isElsewhere = isElsewhere
  }

  /// Starts them.
  /// - Parameters:
  ///   - keeps: goes on with the database of the last time that was kept, which only fits a Kafka that kept its topics
  ///     too. Every other start has a new database, and leaves the kept one alone.
  /// - Throws: `LocalServerError` with what to install, or with who else uses the directory.
  static func start(kafka: String?, keeps: Bool, logger: Logger) async throws -> DevServers {
    let (path, isElsewhere) = place()
    let directory = try ClaimedDirectory(path)
    let data = path + (keeps ? "/kept" : "/postgres")
    if !keeps, FileManager.default.fileExists(atPath: data) {
      do {
        try FileManager.default.removeItem(atPath: data)
      } catch {
        throw StartError("\(data) cannot be removed: \((error as NSError).localizedDescription)")
      }
    }
    let postgres = try LocalPostgres(directory: data, fsync: true)
    let redis = try LocalRedis(directory: path + "/redis")
    try await postgres.start()
    try await redis.start()
    let embedded = kafka == nil ? try EmbeddedKafka(logger: logger) : nil
    return DevServers(
      postgres: postgres, redis: redis, embedded: embedded, bootstrap: kafka ?? embedded?.bootstrap ?? "",
      directory: directory, isElsewhere: isElsewhere)
  }

  /// `.hyperloop` here, or a place of this folder's own where user `postgres` can reach it too.
  private static func place() -> (String, isElsewhere: Bool) {
    let folder = FileManager.default.currentDirectoryPath
    let here = folder + "/.hyperloop"
    if LocalPostgres.canUse(directory: here) { return (here, false) }
    return ("/var/tmp/hyperloop-dev-\(getuid())-\(Digest(sha256: Array(folder.utf8)).hex.prefix(12))", true)
  }

  /// On a busy machine the embedded cluster now and then waits for a member that has long joined anew, for as long as a
  /// session lasts: short sessions keep that short. Members whose question it forgets ask again after the poll interval.
  var groupProperties: [String: String] {
    embedded == nil
      ? [:] : ["session.timeout.ms": "6000", "heartbeat.interval.ms": "500", "max.poll.interval.ms": "20000"]
  }

  /// Makes topics in the embedded cluster, which knows no request for that.
  func makeTopics(_ names: [String], partitions: Int) throws {
    guard let embedded else { return }
    for name in names { try embedded.createTopic(name, partitions: name.hasSuffix(".dlq") ? 1 : partitions) }
  }

  func stop() async {
    embedded?.stop()
    await redis.stop()
    await postgres.stop(.fast)
  }
}

import Glibc
import LocalServers
import TestKit
import Testing

@Suite(.timeLimit(.minutes(5)))
struct LocalServersTests {
  @Test func databasesAreFresh() async throws {
    let server = try await TestServers.postgres()
    try await withDatabase { url in
      let database = String(url.split(separator: "/").last ?? "")
      try await server.query("CREATE TABLE t (n int)", database: database)
      try await withDatabase { other in
        #expect(other != url)
        let name = String(other.split(separator: "/").last ?? "")
        let count = try await server.query("SELECT count(*) FROM pg_tables WHERE tablename = 't'", database: name)
        #expect(count == "0")
      }
    }
  }

  @Test func postgresKeepsCommitsAcrossKillAndGoesBackToASnapshot() async throws {
    try await withTemporaryDirectory { directory in
      let server = try LocalPostgres(directory: "\(directory)/pg")
      try await server.start()
      try await server.query("CREATE TABLE t (n int); INSERT INTO t VALUES (1)")
      await server.stop()
      try await server.snapshot(to: "\(directory)/backup")
      try await server.start()
      try await server.query("INSERT INTO t VALUES (2)")
      await server.kill9()
      try await server.restart()
      let afterCrash = try await server.query("SELECT count(*) FROM t")
      #expect(afterCrash == "2")
      await server.stop(.immediate)
      try await server.restore(from: "\(directory)/backup")
      try await server.start()
      let restored = try await server.query("SELECT count(*) FROM t")
      #expect(restored == "1")
      await server.stop()
    }
  }

  @Test func aServerThatCannotStartTellsWhy() async throws {
    try await withTemporaryDirectory { directory in
      let first = try LocalRedis(directory: directory)
      try await first.start()
      let second = try LocalPostgres(directory: "\(directory)/pg", port: first.port)
      let error = await #expect(throws: LocalServerError.self) { try await second.start() }
      #expect(error?.description.contains("Address already in use") == true)
      await first.stop()
    }
  }

  @Test func aClosedDirectoryIsTold() async throws {
    guard getuid() == 0 else { return }
    try await withTemporaryDirectory { directory in
      #expect(LocalPostgres.canUse(directory: directory))
      mkdir("\(directory)/closed", 0o700)
      #expect(!LocalPostgres.canUse(directory: "\(directory)/closed/pg"))
      let server = try LocalPostgres(directory: "\(directory)/closed/pg")
      let error = await #expect(throws: LocalServerError.self) { try await server.start() }
      #expect(error?.description.contains("user postgres cannot reach \(directory)/closed:") == true)
    }
  }

  @Test func redisStartsEmptyAgain() async throws {
    try await withTemporaryDirectory { directory in
      let server = try LocalRedis(directory: directory)
      try await server.start()
      let before = await server.processID
      await server.kill9()
      try await server.restart()
      #expect(await server.processID != before)
      await server.stop()
      #expect(Loopback.isFree(server.port))
    }
  }

  /// A server that is being started again must find its port free.
  @Test func noPortIsGivenTwice() throws {
    let ports = try (0..<1_000).map { _ in try Loopback.freePort() }
    let pairs = try (0..<500).map { _ in try Loopback.freePort(count: 2) }
    #expect(Set(ports + pairs + pairs.map { $0 + 1 }).count == 2_000)
  }

  /// Every user of the machine can reach the ports.
  @Test func serversAskForTheirPasswords() async throws {
    let postgres = try await TestServers.postgres()
    let naked = "postgresql://postgres@127.0.0.1:\(postgres.port)/postgres"
    let (exit, output) = try await ChildProcess.run(
      ChildCommand("psql", ["-w", "-c", "SELECT 1", naked], environment: ["PGPASSWORD": "wrong"]))
    #expect(exit != .code(0))
    #expect(output.contains("password authentication failed"))
    let redis = try await TestServers.redis()
    let answer = try await ChildProcess.run(ChildCommand("redis-cli", ["-p", "\(redis.port)", "PING"]))
    #expect(answer.output.contains("NOAUTH"), "\(answer.output)")
    for secret in ["\(postgres.directory)/password", "\(redis.directory)/redis.conf"] {
      var status = stat()
      try #require(stat(secret, &status) == 0)
      #expect(status.st_mode & 0o777 == 0o600, "\(secret)")
    }
  }

  @Test(.enabled(if: TestServers.hasRealKafka))
  func kafkaServesAndResumes() async throws {
    try await withTemporaryDirectory { directory in
      let server = try LocalKafka(home: TestServers.kafkaHome ?? "", directory: "\(directory)/kafka")
      try await server.start()
      try await server.kill9()
      #expect(Loopback.isFree(server.port))
      try await server.resume()
      #expect(!Loopback.isFree(server.port))
      // An orderly stop would take seconds more.
      try await server.kill9()
    }
  }
}

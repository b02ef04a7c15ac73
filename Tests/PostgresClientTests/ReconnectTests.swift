import LocalServers
import PostgresClient
import Telemetry
import TestKit
import Testing

@Suite(.timeLimit(.minutes(5)))
struct ReconnectTests {
  @Test func aKilledServerIsReachedAgain() async throws {
    try await withTemporaryDirectory { directory in
      let server = try LocalPostgres(directory: directory)
      try await server.start()
      var configuration = Patience.postgres(server.url)
      configuration.size = 2
      try await withPool(configuration) { pool in
        let backend = try await pool.number("SELECT pg_backend_pid()")
        let running = Task { try await pool.withConnection { try await $0.execute("SELECT pg_sleep(60)") } }
        try await eventually { pool.counts.lent == 1 }
        try await eventually {
          try await pool.number("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'") == 1
        }
        let before = pool.generation
        let active = try await pool.withConnection {
          try await $0.execute(
            "SELECT pid FROM pg_stat_activity WHERE usename IS NOT NULL AND backend_type = 'client backend'")
        }
        let backends = try (0..<active.count).map { try active.int8($0, 0) }
        #expect(backends.contains(backend))
        await server.kill9()
        for backend in backends { killAtOnce(backend) }
        #expect(await failure { _ = try await running.value }?.kind == .connection)
        // The idle one is noticed without being used.
        try await eventually { pool.counts.idle == 0 }

        async let late = pool.number("SELECT 5::int8")
        try await eventually { pool.counts.waiting == 1 }
        try await server.restart()
        #expect(try await late == 5)
        #expect(pool.generation > before)
        let generation = try await pool.withConnection { $0.generation }
        #expect(generation > before)
      }
      await server.stop(.immediate)
    }
  }

  @Test func aClosedPortIsAConnectionError() async throws {
    var configuration = PostgresConfiguration(url: "postgresql://someone:secret@127.0.0.1:1/x")
    configuration.acquireTimeout = .seconds(2)
    try await withPool(configuration) { pool in
      let error = await failure { _ = try await pool.number("SELECT 1::int8") }
      #expect(error?.kind == .connection)
      #expect(error?.message.contains("refused") == true)
      #expect(error?.isRetriable == true)
      #expect(error.map { "\($0)" }?.contains("secret") == false)
    }
  }

  @Test func aServerThatSaysNothingTimesOut() async throws {
    // Linux completes the handshake by itself; nobody ever answers.
    let silent = try SilentListener()
    var configuration = PostgresConfiguration(url: "postgresql://someone@127.0.0.1:\(silent.port)/x")
    configuration.connectTimeout = .milliseconds(100)
    configuration.acquireTimeout = .milliseconds(400)
    try await withPool(configuration) { pool in
      let error = await failure { _ = try await pool.number("SELECT 1::int8") }
      #expect(error?.kind == .connection)
      #expect(error?.message.contains("not opened within") == true)
    }
    withExtendedLifetime(silent) {}
  }

  @Test func refusalsAreTypedAndImmediate() async throws {
    let server = try await TestServers.postgres()
    let unknown = Patience.postgres(server.url(database: "nowhere"))
    try await withPool(unknown) { pool in
      let start = ContinuousClock.now
      let error = await failure { _ = try await pool.number("SELECT 1::int8") }
      #expect(error?.kind == .server(sqlstate: "3D000"))
      #expect(error?.message.contains("nowhere") == true)
      #expect(error?.isRetriable == false)
      #expect(start.duration(to: .now) < .seconds(60))
    }
    let nobody = Patience.postgres("postgresql://nobody:secret@127.0.0.1:\(server.port)/postgres")
    try await withPool(nobody) { pool in
      let error = await failure { _ = try await pool.number("SELECT 1::int8") }
      #expect(error?.kind == .authentication)
      #expect(error?.sqlstate == "28P01")
    }
  }

  @Test func aWrongPasswordIsAnAuthenticationError() async throws {
    try await withTemporaryDirectory { directory in
      let rules = "\(directory)/rules.conf"
      try write("host all secured 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 trust\n", to: rules)
      let server = try LocalPostgres(directory: "\(directory)/server", settings: ["hba_file": rules])
      try await server.start()
      try await server.query("CREATE ROLE secured LOGIN PASSWORD 'right'")
      let base = "127.0.0.1:\(server.port)/postgres"
      try await withPool(Patience.postgres("postgresql://secured:wrongsecret@\(base)")) { pool in
        let error = await failure { _ = try await pool.number("SELECT 1::int8") }
        #expect(error?.kind == .authentication)
        #expect(error?.sqlstate == "28P01")
        #expect(error.map { "\($0)" }?.contains("wrongsecret") == false)
      }
      try await withPool(Patience.postgres("postgresql://secured:right@\(base)")) { pool in
        #expect(await pool.answers())
      }
      await server.stop(.immediate)
    }
  }

  @Test func aBadConnectionStringDoesNotShowItself() async throws {
    let error = await failure {
      _ = try PostgresPool(
        configuration: PostgresConfiguration(url: "postgresql://a:secret@[::1/x"), logger: .silent)
    }
    #expect(error?.kind == .configuration)
    #expect(error.map { "\($0)" }?.contains("secret") == false)
  }
}

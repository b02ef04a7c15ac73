import Foundation
import KafkaClient
import LocalServers
import TestKit
import Testing

/// How `serve` begins and ends, as a process.
@Suite(.timeLimit(.minutes(30)))
struct ServeTests {
  @Test func aProcessThatWouldRunNothingIsRefused() async throws {
    try await CommandTests.expectRefusal(["serve", "--roles", "proxy"], naming: ["roles", "proxy", "orchestrate"])
    try await CommandTests.expectRefusal(["serve", "--roles", ""], naming: ["--roles", "nothing"])
    try await CommandTests.expectRefusal(
      ["serve", "--roles", "orchestrate", "--lanes", ""], naming: ["--lanes", "nothing"])
  }

  @Test func aChangedSchemaIsRefused() async throws {
    try await withDatabase { database in
      try await migrate(database)
      try await query("UPDATE schema_migration SET checksum = 'x' WHERE version = 1", database)
      try await CommandTests.expectRefusal(
        serve(database, kafka: "127.0.0.1:1"), naming: ["was changed after it was applied", "later one"])
    }
  }

  @Test func itServesBesideANewerSchemaAndTellsWhichServerIsAway() async throws {
    try await withService(prepare: { try await query("INSERT INTO schema_migration VALUES (9999, 'next', 'x')", $0) }) {
      service in
      #expect(service.lines.text.contains("newer than this program") && service.lines.text.contains("9999_next"))
      func readiness() async throws -> String { try await service.call("/readyz") }
      try await eventually(within: patience, "ready") {
        try await readiness() == #"{"ready":true,"reasons":[]}"#
      }

      try service.kafka.takeDown()
      try await eventually(within: patience, "Kafka is told to be away") {
        try await readiness() == #"{"ready":false,"reasons":["Kafka does not answer"]}"#
      }
      #expect(try await service.call("/healthz").contains("alive"))
      try service.kafka.bringUp()
      try await eventually(within: patience, "ready again") { try await readiness().contains("true") }

      let name = try #require(service.database.split(separator: "/").last)
      let server = try await TestServers.postgres()
      _ = try await server.query("ALTER DATABASE \(name) ALLOW_CONNECTIONS false")
      _ = try await server.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '\(name)'")
      try await eventually(within: patience, "PostgreSQL is told to be away") {
        try await readiness() == #"{"ready":false,"reasons":["PostgreSQL does not answer"]}"#
      }
      _ = try await server.query("ALTER DATABASE \(name) ALLOW_CONNECTIONS true")
      try await eventually(within: patience, "ready again") { try await readiness().contains("true") }
      #expect(await service.process.stop(grace: patience) == .code(0))
    }
  }

  @Test func noOutputHoldsAPassword() async throws {
    let server = try await TestServers.postgres()
    _ = try await server.query("CREATE ROLE locked_out LOGIN PASSWORD 'right'")
    let rules = URL(fileURLWithPath: server.dataDirectory + "/pg_hba.conf")
    let old = try Data(contentsOf: rules)
    // In place, so that the file stays its owner's.
    let handle = try FileHandle(forWritingTo: rules)
    try handle.write(contentsOf: Data("host all locked_out 127.0.0.1/32 scram-sha-256\n".utf8) + old)
    try handle.close()
    _ = try await server.query("SELECT pg_reload_conf()")
    let address = "127.0.0.1:\(server.port)/postgres"
    for command in [["migrate"], ["key", "list"], ["serve", "--systems.file", Built.systemsFile]] {
      let (exit, output) = try await CommandTests.run(
        command, environment: ["HYPERLOOP_POSTGRES_URL": "postgresql://locked_out:hunter2@\(address)"])
      #expect(exit == .code(1))
      #expect(output.contains("password authentication failed"), "\(output)")
      #expect(output.contains("locked_out") && !output.contains("hunter2"), "\(output)")
    }
    let (exit, output) = try await CommandTests.run(
      ["config", "check"],
      environment: [
        "HYPERLOOP_POSTGRES_URL": "host=db user=h password=hunter2",
        "HYPERLOOP_REDIS_URL": "redis://:hun/hunter2@c:1/0",
        "HYPERLOOP_ADMIN_KEY": "hunter2", "HYPERLOOP_KAFKA_PROPERTIES_SASL_PASSWORD": "hunter2",
      ])
    #expect(exit == .code(1))
    #expect(output.contains("kafka.bootstrap is not given") && output.contains("host=db"), "\(output)")
    #expect(!output.contains("hunter2"), "\(output)")
  }

  @Test func aSignalBeforeItServesEndsItAtOnce() async throws {
    try await withDatabase { database in
      try await migrate(database)
      let silent = try SilentListener()
      defer { withExtendedLifetime(silent) {} }
      let lines = LineCollector()
      let process = try await ChildProcess.start(
        ChildCommand(Built.program, serve(database, kafka: "127.0.0.1:\(silent.port)"), output: lines.output))
      try await eventually(within: patience, "it has asked Kafka") { silent.dropConnection() }
      // Not the code of one that has given up waiting.
      #expect(await process.stop(grace: patience) == .signal(.terminate))
      #expect(!lines.text.contains("Fatal error"), "\(lines.text)")
    }
  }

  @Test func aSecondSignalEndsItAtOnce() async throws {
    try await withService { service in
      // An upload that does not end keeps the door from closing.
      let upload = try await ChildProcess.start(
        ChildCommand(
          "sh",
          [
            "-c",
            "(printf 'Item Gtin,'; sleep 60) | curl -sS -T - -X POST -H 'Authorization: Bearer key' "
              + "-H 'X-Merchant-Id: m' 'http://127.0.0.1:\(service.port)/v1/feeds?spec=cost'",
          ], output: .discard))
      try await eventually(within: patience, "the upload has begun") {
        try await query("SELECT count(*) FROM feed", service.database) == "1"
      }
      service.process.signal(.terminate)
      try await eventually(within: patience, "it stops") { service.lines.text.contains("stopping") }
      #expect(service.process.isRunning)
      service.process.signal(.terminate)
      // Not the code of one that has closed its door on the upload.
      #expect(await service.process.exit() == .code(143))
      upload.signal(.kill, group: true)
      _ = await upload.exit()
    }
  }

  /// A process of the service with the role `api`, on a database of its own and an embedded Kafka.
  private struct Running {
    let process: ChildProcess
    let lines: LineCollector
    let kafka: EmbeddedKafka
    let database: String
    let port: Int

    func call(_ path: String) async throws -> String {
      try await ChildProcess.run(ChildCommand("curl", ["-sS", "http://127.0.0.1:\(port)\(path)"])).output
        .trimmingCharacters(in: .newlines)
    }
  }

  private func withService(
    prepare: (_ database: String) async throws -> Void = { _ in }, _ body: (Running) async throws -> Void
  ) async throws {
    try await withDatabase { database in
      try await migrate(database)
      try await prepare(database)
      let kafka = try EmbeddedKafka()
      defer { kafka.stop() }
      for topic in topics {
        try kafka.createTopic(topic, partitions: 1)
        try kafka.createTopic(topic + ".dlq", partitions: 1)
      }
      let port = try Loopback.freePort()
      let lines = LineCollector()
      let process = try await ChildProcess.start(
        ChildCommand(
          Built.program,
          serve(database, kafka: kafka.bootstrap) + ["--roles", "api", "--http.port", "\(port)", "--admin.key", "key"],
          output: lines.output))
      do {
        try await eventually(within: patience, "it serves") { lines.text.contains("serving") }
        try await body(Running(process: process, lines: lines, kafka: kafka, database: database, port: port))
      } catch {
        print(lines.text)
        await process.kill()
        throw error
      }
      await process.kill()
    }
  }

  @discardableResult
  private func query(_ statement: String, _ database: String) async throws -> String {
    let name = database.split(separator: "/").last.map(String.init) ?? ""
    return try await TestServers.postgres().query(statement, database: name)
  }

  private let topics = [
    "item-setup", "price-updates", "acks", "item-outcomes", "lane-price", "lane-setup", "lane-bulk",
    "supplier-snippets", "cost-snippets",
  ]

  private func migrate(_ database: String) async throws {
    let (exit, output) = try await CommandTests.run([
      "migrate", "--postgres.url", database, "--postgres.timeout", "20s",
    ])
    try #require(exit == .code(0), "\(output)")
  }

  private func serve(_ database: String, kafka: String) -> [String] {
    [
      "serve", "--postgres.url", database, "--postgres.timeout", "20s", "--kafka.bootstrap", kafka, "--systems.file",
      Built.systemsFile,
    ]
  }
}

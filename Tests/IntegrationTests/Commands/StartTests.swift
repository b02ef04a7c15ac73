import KafkaClient
import LocalServers
import TestKit
import Testing

/// What the program says when one of its servers is not as it should be.
@Suite(.timeLimit(.minutes(30)))
struct StartTests {
  @Test func aDatabaseThatWasNotMigratedIsNamed() async throws {
    try await withDatabase { database in
      try await CommandTests.expectRefusal(serve(database, kafka: "127.0.0.1:1"), naming: ["hyperloop migrate"])
    }
  }

  @Test func anUnreachableKafkaIsNamed() async throws {
    try await withDatabase { database in
      try await migrate(database)
      try await CommandTests.expectRefusal(serve(database, kafka: "127.0.0.1:1"), naming: ["127.0.0.1:1"])
    }
  }

  @Test func missingTopicsAreNamed() async throws {
    try await withDatabase { database in
      try await migrate(database)
      let kafka = try EmbeddedKafka()
      defer { kafka.stop() }
      try kafka.createTopic("item-setup", partitions: 1)
      try await CommandTests.expectRefusal(
        serve(database, kafka: kafka.bootstrap), naming: ["missing", "price-updates", "cost-snippets", "migrate"])
    }
  }

  @Test func aPortThatIsTakenIsNamed() async throws {
    try await withDatabase { database in
      try await migrate(database)
      let kafka = try EmbeddedKafka()
      defer { kafka.stop() }
      for topic in [
        "item-setup", "price-updates", "acks", "item-outcomes", "lane-price", "lane-setup", "lane-bulk",
        "supplier-snippets", "cost-snippets",
      ] {
        try kafka.createTopic(topic, partitions: 1)
        try kafka.createTopic(topic + ".dlq", partitions: 1)
      }
      let taken = try await TestServers.postgres().port
      let (exit, output) = try await CommandTests.run(
        serve(database, kafka: kafka.bootstrap) + ["--http.port", "\(taken)", "--log.level", "error"])
      #expect(exit == .code(1), "\(output)")
      let message = output.split(separator: "\n").first { $0.hasPrefix("error: ") }
      #expect(message?.contains("\(taken)") == true, "\(output)")
      #expect(output.contains("--http.port"), "\(output)")
      #expect(!output.contains("Fatal error"), "\(output)")
    }
  }

  @Test func topicsAreLeftAloneWithoutASystemsFile() async throws {
    try await withDatabase { database in
      let arguments = [
        "migrate", "--postgres.url", database, "--postgres.timeout", "20s", "--kafka.bootstrap", "127.0.0.1:1",
      ]
      // What cannot be done is found before something else is.
      try await CommandTests.expectRefusal(
        arguments + ["--systems.file", Built.systemsFile + "x"], naming: ["cannot be read"])
      let name = String(database.split(separator: "/").last ?? "")
      let tables = try await TestServers.postgres().query(
        "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", database: name)
      #expect(tables == "0")
      let (exit, output) = try await CommandTests.run(arguments)
      #expect(exit == .code(0), "\(output)")
      #expect(output.contains("systems.file is not given"), "\(output)")
    }
  }

  @Test func aTakenPortOfASystemIsNamed() async throws {
    try await withTemporaryDirectory { directory in
      // If another program has the port, that does as well.
      let taker = try LocalRedis(directory: directory, port: 9_001)
      try? await taker.start()
      try await CommandTests.expectRefusal(
        ["systems", "serve", "--kafka", "127.0.0.1:1"], naming: ["pricing", "9001", "--free-ports"])
      await taker.stop()
    }
  }

  @Test func aWrongPasswordOrDatabaseIsNamed() async throws {
    let url = try await TestServers.postgres().url(database: "nowhere")
    try await CommandTests.expectRefusal(["migrate", "--postgres.url", url], naming: ["nowhere"])
  }

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

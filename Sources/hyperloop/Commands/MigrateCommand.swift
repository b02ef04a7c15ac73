internal import Arguments
internal import ItemModel
internal import KafkaClient
internal import Migrations
internal import PostgresClient
internal import Settings
internal import SystemsFile
internal import Telemetry

/// `hyperloop migrate`: the database's tables, and the topics that are missing.
enum MigrateCommand {
  static let command = Command(
    "migrate", summary: "Brings the database and the topics to what this program needs.",
    discussion: "Safe to run at any time, and from several processes at once. Needs postgres.url; topics are made when "
      + "kafka.bootstrap and systems.file are given.",
    examples: [
      ("hyperloop migrate --config hyperloop.yaml", "tables and topics"),
      ("hyperloop migrate --postgres.url postgresql://hyperloop@127.0.0.1/hyperloop", "tables only"),
    ], arguments: [Configuration.file.declaration], openOptions: Configuration.openOptions
  ) { parsed in
    let settings = try Configuration.read(parsed)
    // Before the database is touched: a mistake in it should not leave half of the work done.
    let systems = settings[Keys.systemsFile] == nil ? nil : try SystemsSource.read(settings)
    let log = LogWriter(format: settings.logFormat)
    defer { log.stop() }
    let logger = Logger(label: "migrate", level: .warning, sink: log)
    let pool = try PostgresPool(
      configuration: settings.postgres(try settings.require(Keys.postgresURL)), logger: logger)
    do {
      let applied = try await Migrator(pool: pool, logger: logger).apply()
      await pool.shutDown()
      for migration in applied { Terminal.output.print("applied \(migration.label)") }
      if applied.isEmpty { Terminal.output.print("the database is up to date") }
    } catch {
      await pool.shutDown()
      throw error
    }
    switch (settings[Keys.kafkaBootstrap], systems) {
    case (let bootstrap?, let systems?): try await makeTopics(settings, bootstrap, systems.graph, logger: logger)
    case (nil, _): Terminal.output.print("no topics are made: kafka.bootstrap is not given")
    case (_, nil): Terminal.output.print("no topics are made: systems.file is not given")
    }
    return Program.success
  }

  private static func makeTopics(
    _ settings: Settings, _ bootstrap: String, _ graph: SystemGraph, logger: Logger
  ) async throws {
    let admin = try KafkaAdmin(settings.kafka(bootstrap), logger: logger)
    let made = try await Topics.make(settings, graph, admin: admin)
    for name in made { Terminal.output.print("made topic \(name)") }
    if made.isEmpty { Terminal.output.print("all topics are there") }
  }
}

/// Makes and checks topics.
enum Topics {
  /// Makes those that are missing.
  /// - Returns: their names.
  static func make(_ settings: Settings, _ graph: SystemGraph, admin: KafkaAdmin) async throws -> [String] {
    let known = Set(try await admin.topics().map(\.name))
    let missing = settings.neededTopics(graph).filter { !known.contains($0) }
    let created = try await admin.createTopics(
      missing.map { name in
        // Dead letters are few, and read by people: one partition keeps them in one order.
        KafkaNewTopic(
          name: name, partitions: name.hasSuffix(".dlq") ? 1 : Int32(settings[Keys.kafkaPartitions]),
          replicationFactor: Int32(settings[Keys.kafkaReplication]))
      })
    return created.filter { $0.value == .created }.map(\.key).sorted()
  }

  /// How often missing topics are looked for, and the pause between.
  private static let looks = 10
  private static let pause = Duration.milliseconds(300)

  /// - Throws: `StartError` that names the topics which are missing.
  static func check(_ settings: Settings, _ graph: SystemGraph, admin: KafkaAdmin) async throws {
    var missing: [String] = []
    for look in 1...looks {
      let known = Set(try await admin.topics().map(\.name))
      missing = settings.neededTopics(graph).filter { !known.contains($0) }
      if missing.isEmpty { return }
      // A broker knows of a topic a moment after it was made.
      if look < looks { try await Task.sleep(for: pause) }
    }
    throw StartError(
      "these topics are missing: \(missing.joined(separator: ", "))", hint: "run “hyperloop migrate” first")
  }
}

/// Where the systems file comes from.
enum SystemsSource {
  static func read(_ settings: Settings) throws -> SystemsFile {
    let path = try settings.require(Keys.systemsFile)
    return try SystemsFile.read(
      try FileBytes.read(path, limit: 4 << 20), file: path, environment: ProcessEnvironment.variables())
  }

  /// The file that goes with the reference systems, at these addresses.
  static func reference(_ addresses: [String: String]) throws -> SystemsFile {
    try SystemsFile.read(SystemsFile.reference, file: "systems.yaml", environment: addresses)
  }
}

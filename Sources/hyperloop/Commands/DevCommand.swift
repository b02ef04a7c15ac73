internal import Arguments
internal import Foundation
internal import ItemModel
internal import KafkaClient
internal import Lifecycle
internal import LocalServers
internal import Migrations
internal import PostgresClient
internal import ReferenceSystems
internal import Settings
internal import SystemsFile
internal import Telemetry

/// `hyperloop dev`: the whole on one machine, with servers of its own.
enum DevCommand {
  private static let kafka = Argument<String?>.option(
    "kafka", .string("HOST:PORT"), help: "A real Kafka instead of the embedded one.")
  private static let keep = Argument<Bool>.flag(
    "keep", help: "Goes on with the database of the last time; only with --kafka.")
  private static let demo = Argument<Bool>.flag(
    "demo", help: "Sends a grid of two rows through, and shows what each system holds.")
  private static let exits = Argument<Bool>.flag(
    "exit", help: "Ends after the demo. So it does without a terminal, or with DEMO_EXIT=1.")

  static let command = Command(
    "dev", summary: "Runs everything on this machine, with servers of its own, for trial.",
    discussion: """
      Starts a private PostgreSQL and Redis under .hyperloop/, an embedded Kafka, the reference systems and all parts of \
      the service, on free ports. It begins with an empty database each time, since the embedded Kafka forgets.
      """,
    examples: [
      ("hyperloop dev --demo", "a grid goes through, then it serves until Ctrl-C"),
      ("hyperloop dev --kafka 127.0.0.1:9092 --keep", "on a Kafka of yours, with yesterday's data"),
    ],
    arguments: [
      kafka.declaration, keep.declaration, demo.declaration, exits.declaration, Configuration.file.declaration,
    ], openOptions: Configuration.openOptions
  ) { parsed in
    if parsed[keep], parsed[kafka] == nil {
      throw UsageError("--keep needs --kafka", hint: "the embedded Kafka forgets its topics, the database would not")
    }
    let log = LogWriter()
    defer { log.stop() }
    let logger = Logger(label: "dev", level: .warning, sink: log)
    let out = Terminal.errors
    out.print("starting PostgreSQL, Redis and Kafka …")
    let servers = try await DevServers.start(kafka: parsed[kafka], keeps: parsed[keep], logger: logger)
    do {
      if servers.isElsewhere {
        out.print("  data is under \(servers.directory): user postgres cannot reach this folder")
      }
      let code = try await run(parsed, servers: servers, logger: logger)
      await servers.stop()
      return code
    } catch {
      await servers.stop()
      throw error
    }
  }

  private static func run(_ parsed: ParsedArguments, servers: DevServers, logger: Logger) async throws -> Int32 {
    var played = ReferenceSystemsConfiguration()
    played.kafka = KafkaConfiguration(bootstrap: servers.bootstrap, properties: servers.groupProperties)
    let systems = ReferenceSystems(played, logger: logger)
    let key = "dev-" + UUID().uuidString
    let settings = try settings(parsed, servers: servers, key: key)
    // The systems' topics have to be there before the systems join their groups.
    let topics = settings.neededTopics(try SystemsSource.reference([:]).graph)
    try servers.makeTopics(topics, partitions: settings[Keys.kafkaPartitions])
    let addresses = try systems.open()
    let graph = try SystemsSource.reference(
      Dictionary(addresses.map { ($0.variable, $0.url) }) { $1 }
    ).graph
    try await prepare(settings, graph, servers: servers, logger: logger)
    let clients = try await Clients.connect(settings, logger: logger)
    let runtime = try Runtime(
      settings: settings, graph: graph, specs: try SpecsSource.read(settings), clients: clients, logger: logger)
    let visitor = DevVisitor(
      address: { runtime.address }, key: key, systems: addresses, showsDemo: parsed[demo],
      ends: parsed[exits] || !Terminal.output.isTerminal
        || ProcessEnvironment.variables()["DEMO_EXIT"] == "1")
    let group = ServiceGroup(
      [systems] + runtime.services + [visitor], gracePeriod: settings[Keys.stopGrace], logger: logger)
    do {
      try await group.run()
    } catch {
      await clients.close()
      throw error
    }
    await clients.close()
    return Program.success
  }

  /// The settings of the private servers, under what the user says.
  private static func settings(_ parsed: ParsedArguments, servers: DevServers, key: String) throws -> Settings {
    var port = 8_080
    if !Loopback.isFree(port) {
      port = try Loopback.freePort()
      Terminal.errors.print("  port 8080 is taken; the service listens at \(port)")
    }
    let own = [
      Assignment(name: "postgres.url", value: servers.postgres.url),
      Assignment(name: "redis.url", value: servers.redis.url),
      Assignment(name: "kafka.bootstrap", value: servers.bootstrap),
      Assignment(name: "kafka.topics.partitions", value: "4"),
      // The embedded Kafka keeps a few megabytes a partition and drops the rest.
      Assignment(name: "ingest.backlog", value: servers.embedded == nil ? "100000" : "4000"),
      Assignment(name: "http.port", value: String(port)), Assignment(name: "admin.key", value: key),
    ]
    let group = servers.groupProperties.map { Assignment(name: "kafka.properties.\($0.key)", value: $0.value) }
    var source: (bytes: [UInt8], name: String)?
    if let path = parsed[Configuration.file] { source = (try FileBytes.read(path, limit: 4 << 20), path) }
    return try Settings(Keys.table, file: source, arguments: own + group + parsed.openOptions)
  }

  private static func prepare(
    _ settings: Settings, _ graph: SystemGraph, servers: DevServers, logger: Logger
  ) async throws {
    let pool = try PostgresPool(configuration: settings.postgres(servers.postgres.url), logger: logger)
    do {
      _ = try await Migrator(pool: pool, logger: logger).apply()
      await pool.shutDown()
    } catch {
      await pool.shutDown()
      throw error
    }
    if servers.embedded == nil {
      _ = try await Topics.make(settings, graph, admin: KafkaAdmin(settings.kafka(servers.bootstrap), logger: logger))
    }
  }
}

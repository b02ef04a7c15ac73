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
    "keep", help: "Keeps the database for the next start with --keep; only with --kafka.")
  private static let demo = Argument<Bool>.flag(
    "demo", help: "Sends a grid of two rows through, and shows what each system holds.")
  private static let exits = Argument<Bool>.flag(
    "exit", help: "Ends after the demo. So it does without a terminal, or with DEMO_EXIT=1.")

  static let command = Command(
    "dev", summary: "Runs everything on this machine, with servers of its own, for trial.",
    discussion: """
      Starts a private PostgreSQL and Redis under .hyperloop/, an embedded Kafka, the reference systems and all parts of \
      the service, on free ports. It begins with an empty database each time, since the embedded Kafka forgets. One runs \
      in a folder at a time.
      """,
    examples: [
      ("hyperloop dev --demo", "a grid goes through, then it serves until Ctrl-C"),
      ("hyperloop dev --kafka 127.0.0.1:9092 --keep", "on a Kafka of yours, with the data of the last time"),
    ],
    arguments: [
      kafka.declaration, keep.declaration, demo.declaration, exits.declaration, Configuration.file.declaration,
    ], openOptions: Configuration.openOptions
  ) { parsed in
    if parsed[keep], parsed[kafka] == nil {
      throw UsageError("--keep needs --kafka", hint: "the embedded Kafka forgets its topics, the database would not")
    }
    let said = try Configuration.read(parsed)
    try refuse(said)
    let log = LogWriter(format: said.logFormat)
    defer { log.stop() }
    let isQuiet = said.origin(of: Keys.logLevel.name) == .byDefault
    let logger = Logger(label: "dev", level: isQuiet ? .warning : said.logLevel, sink: log)
    let out = Terminal.errors
    out.print("starting PostgreSQL, Redis and Kafka …")
    let servers = try await DevServers.start(kafka: parsed[kafka], keeps: parsed[keep], logger: logger)
    do {
      if servers.isElsewhere {
        out.print("  data is under \(servers.directory.path): user postgres cannot reach this folder")
      }
      let code = try await run(parsed, said: said, servers: servers, logger: logger)
      await servers.stop()
      return code
    } catch {
      await servers.stop()
      throw error
    }
  }

  /// Keys that this command decides by itself, and why.
  private static let own: [(name: String, reason: String)] = [
    (Keys.postgresURL.name, "“dev” starts a PostgreSQL of its own"),
    (Keys.redisURL.name, "“dev” starts a Redis of its own"),
    (Keys.kafkaBootstrap.name, "“dev” starts a Kafka of its own, or takes that of --kafka HOST:PORT"),
    (Keys.systemsFile.name, "“dev” plays the systems of its own file"),
    (Keys.roles.name, "“dev” runs all parts"), (Keys.lanes.name, "“dev” works in all lanes"),
  ]

  private static func refuse(_ said: Settings) throws(UsageError) {
    for key in own where said.origin(of: key.name) != .byDefault {
      throw UsageError(
        "\(key.name) (\(said.origin(of: key.name))): \(key.reason)", hint: "leave it out, or run “hyperloop serve”")
    }
  }

  private static func run(
    _ parsed: ParsedArguments, said: Settings, servers: DevServers, logger: Logger
  ) async throws -> Int32 {
    let settings = try Configuration.read(parsed, fallbacks: fallbacks(said, servers: servers))
    var played = ReferenceSystemsConfiguration()
    played.kafka = settings.kafka(servers.bootstrap)
    played.topicPrefix = settings.topics.prefix
    let systems = ReferenceSystems(played, logger: logger)
    // The systems' topics have to be there before the systems join their groups.
    let topics = settings.neededTopics(try SystemsSource.reference([:]).graph)
    try servers.makeTopics(topics, partitions: settings[Keys.kafkaPartitions])
    let addresses = try systems.open()
    let graph = try SystemsSource.reference(
      Dictionary(addresses.map { ($0.variable, $0.url) }) { $1 }
    ).graph
    try await prepare(settings, graph, servers: servers, logger: logger)
    let clients = try await Clients.connect(settings, graph, logger: logger)
    let runtime = try Runtime(
      settings: settings, graph: graph, specs: try SpecsSource.read(settings), clients: clients, logger: logger)
    let visitor = DevVisitor(
      address: { runtime.address }, key: try settings.require(Keys.adminKey).revealed,
      isKeyShown: said[Keys.adminKey] == nil, systems: addresses, showsDemo: parsed[demo],
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

  /// What counts where the user says nothing.
  private static func fallbacks(_ said: Settings, servers: DevServers) throws -> [Assignment] {
    var fallbacks = [
      Assignment(name: Keys.postgresURL.name, value: servers.postgres.url),
      Assignment(name: Keys.redisURL.name, value: servers.redis.url),
      Assignment(name: Keys.kafkaBootstrap.name, value: servers.bootstrap),
      Assignment(name: Keys.kafkaPartitions.name, value: "4"),
      Assignment(name: Keys.adminKey.name, value: "dev-" + UUID().uuidString),
    ]
    // The embedded Kafka keeps a few megabytes a partition and drops the rest.
    if servers.embedded != nil { fallbacks.append(Assignment(name: Keys.ingestBacklog.name, value: "4000")) }
    fallbacks += servers.groupProperties.map { Assignment(name: "kafka.properties.\($0.key)", value: $0.value) }
    if said.origin(of: Keys.httpPort.name) == .byDefault, !Loopback.isFree(said[Keys.httpPort]) {
      let port = try Loopback.freePort()
      Terminal.errors.print("  port \(said[Keys.httpPort]) is taken; the service listens at \(port)")
      fallbacks.append(Assignment(name: Keys.httpPort.name, value: String(port)))
    }
    return fallbacks
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

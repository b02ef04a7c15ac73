internal import Arguments
internal import FeedIngestor
internal import HTTPServer
internal import ItemModel
internal import KafkaClient
internal import Lifecycle
internal import ReferenceSystems
internal import Settings
internal import SystemsFile
internal import Telemetry

/// `hyperloop systems`: the downstream systems.
enum SystemsCommand {
  static let command = Command(
    "systems", summary: "Plays the downstream systems for trial, or sends a system everything again.",
    subcommands: [serve, resend])

  private static let kafka = Argument<String>.required(
    "kafka", .string("HOST:PORT"), help: "The brokers of the systems that are reached by Kafka.")
  private static let prefix = Argument<String?>.option(
    "topics-prefix", .string, help: "What the topics' names begin with.")
  private static let freePorts = Argument<Bool>.flag("free-ports", help: "Takes free ports instead of 9001 to 9007.")
  private static let nodes = Argument<[String]>.option(
    "ship-nodes", .list(of: .string("NODE")), default: ReferenceSystem.seedShipNodes,
    help: "The ship nodes that the offer system knows.")
  private static let data = Argument<String?>.option(
    "data", .path, help: "A folder in which the systems reached by HTTP keep what they hold.")

  private static let session = Argument<Duration>.option(
    "session-timeout", .duration(.seconds(6)...(.seconds(1_800))),
    default: ReferenceSystemsConfiguration().sessionTimeout,
    help: "How long Kafka waits for a system that says nothing, until it brings the system's snippets once more.")

  private static let serve = Command(
    "serve", summary: "Runs pricing, seller, logistics, offer, product, supplier and cost.",
    discussion: """
      Each keeps what it is sent, refuses what is older, and can be asked (GET /items/MERCHANT/GTIN14, /dump, /stats) and \
      told to misbehave (POST /behaviour). Prints the addresses as variables of the systems file, then “ready”.
      """,
    examples: [
      (
        "hyperloop systems serve --kafka 127.0.0.1:9092",
        "where Fixtures/systems/systems.yaml looks for them, until Ctrl-C"
      )
    ],
    arguments: [
      kafka.declaration, prefix.declaration, freePorts.declaration, nodes.declaration, data.declaration,
      session.declaration,
    ]
  ) { parsed in
    let log = LogWriter()
    defer { log.stop() }
    var configuration = ReferenceSystemsConfiguration()
    configuration.kafka = KafkaConfiguration(bootstrap: parsed[kafka])
    configuration.topicPrefix = parsed[prefix] ?? ""
    configuration.dataDirectory = parsed[data]
    configuration.sessionTimeout = parsed[session]
    // Whoever reads the systems file would send to the program that has the port.
    configuration.replacesTakenPorts = false
    configuration.systems = SystemsCommand.systems(nodes: parsed[nodes], freePorts: parsed[freePorts])
    let logger = Logger(label: "systems", level: .warning, sink: log)
    let systems = ReferenceSystems(configuration, logger: logger)
    do {
      for address in try systems.open() { Terminal.output.print("\(address.variable)=\(address.url)") }
    } catch ReferenceSystemsError.server(let system, let error) where error.code == .addressInUse {
      throw StartError("system \(system): \(error)", hint: "--free-ports takes free ports, and prints them")
    }
    try await ServiceGroup(
      [systems], gracePeriod: .seconds(5), logger: logger, onStarted: { Terminal.output.print("ready") }
    ).run()
    return Program.success
  }

  private static let system = Argument<String>.positional(
    "NAME", .string("NAME"), help: "The system, as the systems file calls it.")
  private static let merchant = Argument<String?>.option("merchant", .string("ID"), help: "Only this merchant's items.")
  private static let gtin = Argument<String?>.option("gtin", .string("GTIN"), help: "Only this item.")

  private static let resend = Command(
    "resend", summary: "Forgets what a system holds, and sends it again through the bulk lane.",
    discussion:
      "Works on the database and Kafka; a running service does the sending. It fills a new system, and brings "
      + "a changed look-up to where it is used.",
    examples: [
      ("hyperloop systems resend logistics --config hyperloop.yaml", "all items"),
      ("hyperloop systems resend pricing --merchant acme --gtin 062145556123", "one item"),
    ],
    arguments: [system.declaration, merchant.declaration, gtin.declaration, Configuration.file.declaration],
    openOptions: Configuration.openOptions
  ) { parsed in
    let settings = try Configuration.read(parsed)
    let log = LogWriter(format: settings.logFormat)
    defer { log.stop() }
    let logger = Logger(label: "resend", level: .warning, sink: log)
    let graph = try SystemsSource.read(settings).graph
    guard graph.index(of: parsed[system]) != nil else {
      let hint = Suggestion.hint(for: parsed[system], in: graph.systems.map(\.name))
      throw UsageError("the systems file has no system “\(parsed[system])”\(hint)")
    }
    let merchant = try parsed[merchant].map { name in
      guard let merchant = MerchantID(name) else { throw UsageError("“\(name)” is no merchant's id") }
      return merchant
    }
    let gtin = try parsed[gtin].map { try GTIN(submitted: $0) }
    let clients = try await Clients.connect(settings, graph, logger: logger)
    do {
      let ingestor = try Ingestor(
        settings: settings, ingest: settings.ingest(settings.grid), graph: graph,
        specs: try SpecsSource.read(settings), clients: clients, metrics: MetricsRegistry(), logger: logger)
      let progress = ProgressMeter("sending again", unit: .items)
      let count = try await ingestor.resend(parsed[system], merchant: merchant, gtin: gtin) { done in
        progress.report(done)
      }
      progress.clear()
      Terminal.output.print("\(count) items are on their way to \(parsed[system])")
    } catch {
      await clients.close()
      throw error
    }
    await clients.close()
    return Program.success
  }

  /// The standard systems, with these ship nodes in the offer system.
  static func systems(nodes: [String], freePorts: Bool) -> [ReferenceSystem] {
    ReferenceSystem.standard.map { system in
      var system = system
      if freePorts { system.port = 0 }
      if case .offers(let offers, _) = system.kind { system.kind = .offers(offers, shipNodes: nodes) }
      return system
    }
  }
}

extension ReferenceSystems.Address {
  /// The variable of the systems file: `PRICING_URL`.
  var variable: String { "\(name.uppercased())_URL" }
}

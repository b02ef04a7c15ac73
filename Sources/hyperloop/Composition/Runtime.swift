internal import FeedIngestor
internal import Ingress
internal import ItemModel
internal import KafkaClient
internal import Lifecycle
internal import Orchestrator
internal import PostgresClient
internal import Settings
internal import SpecParser
internal import Telemetry

/// The services of one process, put together by its roles.
struct Runtime {
  /// In the order of their start. The door opens last and closes first.
  let services: [any Service]
  let metrics = MetricsRegistry(maximumSeries: 5_000)
  private let ingress: Ingress
  private let host: String

  /// - Throws: when a consumer or the door cannot be made.
  init(
    settings: Settings, graph: SystemGraph, specs: SpecCatalogue, clients: Clients, logger: Logger
  ) throws {
    ProcessMetrics.register(in: metrics)
    host = settings[Keys.httpHost]
    let roles = Set(settings[Keys.roles])
    let ingest = settings.ingest(settings.grid)
    var services: [any Service] = []
    if roles.contains("ingest") {
      services += try Ingestor(
        settings: settings, ingest: ingest, graph: graph, specs: specs, clients: clients, metrics: metrics,
        logger: logger
      ).services()
    }
    if roles.contains("orchestrate") {
      services += try Orchestrator(
        configuration: settings.orchestration, graph: graph, kafka: clients.kafka, producer: clients.producer,
        caller: clients.caller, redis: clients.redis, topics: settings.topics, groups: settings.groups,
        lanes: settings[Keys.lanes].compactMap(Lane.init(name:)), metrics: metrics, logger: logger
      ).services()
    }
    // Without the role, the door has the probes alone: whoever runs the process looks after it in the same way.
    let api =
      roles.contains("api")
      ? Ingress.API(
        store: FeedStore(pool: clients.pool, configuration: ingest, specs: specs),
        reader: FeedReader(pool: clients.pool, graph: graph), producer: clients.prices, topics: settings.topics) : nil
    ingress = Ingress(
      configuration: settings.ingress, keys: KeyStore(pool: clients.pool, adminKey: settings[Keys.adminKey]?.revealed),
      api: api, metrics: metrics, readiness: try Readiness(clients: clients, logger: logger).check, logger: logger)
    self.services = services + [ingress]
  }

  /// Where the door is, once it is open.
  var address: String { "http://\(host):\(ingress.port)" }
}

extension Ingestor {
  init(
    settings: Settings, ingest: IngestConfiguration, graph: SystemGraph, specs: SpecCatalogue, clients: Clients,
    metrics: MetricsRegistry, logger: Logger
  ) throws {
    try self.init(
      configuration: ingest, specs: specs, graph: graph, pool: clients.pool, kafka: clients.kafka,
      producer: clients.producer, admin: clients.admin, cluster: clients.cluster, topics: settings.topics,
      groups: settings.groups, metrics: metrics, logger: logger)
  }
}

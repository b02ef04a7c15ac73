public import FeedIngestor
internal import HTTPServer
public import ItemModel
public import KafkaClient
public import Lifecycle
public import Telemetry

/// The HTTP door: feeds and prices in, status out, for callers with a key; and what tells how the process is.
public final class Ingress: Service {
  public let name = "ingress"

  /// What stands behind the door of a process that serves merchants.
  public struct API: Sendable {
    let store: FeedStore
    let reader: FeedReader
    let files: FeedFiles
    let producer: KafkaProducer
    let topics: TopicNames

    /// - Parameters:
    ///   - producer: carries prices; made with `IngressConfiguration.producer`.
    ///   - topics: the topics' names.
    public init(store: FeedStore, reader: FeedReader, producer: KafkaProducer, topics: TopicNames) {
      self.store = store
      self.reader = reader
      files = FeedFiles(store: store, reader: reader)
      self.producer = producer
      self.topics = topics
    }
  }

  private let server: HTTPServer
  private let stopPatience: Duration

  /// - Parameters:
  ///   - api: without it the door has the probes alone.
  ///   - readiness: why the process cannot serve at the moment; empty when it can.
  public init(
    configuration: IngressConfiguration = IngressConfiguration(), keys: KeyStore, api: API?, metrics: MetricsRegistry,
    readiness: @escaping @Sendable () async -> [String], logger: Logger
  ) {
    let identifiers = Identifiers()
    let gate = Gate(
      keys: keys, publicPaths: configuration.publicPaths.union(ProbeRoutes.publicPaths), identifiers: identifiers)
    let endpoints = Endpoints(gate: gate, metrics: metrics, logger: logger)
    var routes = ProbeRoutes(metrics: metrics, readiness: readiness).routes(endpoints)
    if let api {
      routes += Ingress.routes(api, configuration, identifiers: identifiers, endpoints: endpoints)
    }
    let notFound = endpoints.route(.get, "/", Route.Options(body: .buffered(maxBytes: nil))) { _, _ in
      throw Problem(404, "not_found", "There is nothing at this path", "Check the path's spelling.")
    }
    server = HTTPServer(
      configuration: configuration.http, routes: routes, fallback: notFound,
      label: { $0.with("X-Correlation-Id", gate.correlationID($1)) }, admit: gate.admit, logger: logger)
    stopPatience = configuration.stopPatience
    metrics.gauge("hyperloop_http_connections", help: "Open connections of clients.") { [weak server] in
      server.map { Double($0.statistics.connectionsOpen) }
    }
    metrics.counter("hyperloop_http_refused_total", help: "Requests refused before a handler saw them.") {
      [weak server] in
      server.map { Double($0.statistics.requestsRefused) }
    }
  }

  private static func routes(
    _ api: API, _ configuration: IngressConfiguration, identifiers: Identifiers, endpoints: Endpoints
  ) -> [Route] {
    let intake = PriceIntake(
      producer: api.producer, capacity: configuration.maxWaitingPrices, deadline: configuration.priceDeadline)
    endpoints.metrics.gauge("hyperloop_http_prices_waiting", help: "Prices that wait for Kafka.") { [weak intake] in
      intake.map { Double($0.waiting) }
    }
    let prices = PriceRoutes(
      intake: intake, topic: api.topics.priceUpdates, identifiers: identifiers, configuration: configuration,
      logger: endpoints.logger)
    return FeedUploads(store: api.store, configuration: configuration).routes(endpoints)
      + FeedQueries(reader: api.reader).routes(endpoints)
      + FeedDownloads(files: api.files, configuration: configuration).routes(endpoints)
      + FeedEvents(reader: api.reader, configuration: configuration).routes(endpoints)
      + prices.routes(endpoints)
  }

  /// The port that is served; 0 before the start.
  public var port: Int { server.port }

  /// Serves until the shutdown is requested, then answers what was asked already.
  /// - Throws: `HTTPServerError` when the address cannot be served.
  public func run(_ run: ServiceRun) async throws {
    try server.start()
    run.ready()
    await run.shutdown.wait()
    await server.stop(within: Task.isCancelled ? .zero : stopPatience)
  }
}

public import FeedIngestor
internal import HTTPServer
public import ItemModel
public import KafkaClient
public import Lifecycle
public import Telemetry

/// The HTTP door: feeds and prices in, status out, for callers with a key.
public final class Ingress: Service {
  public let name = "ingress"

  private let server: HTTPServer
  private let stopPatience: Duration

  /// - Parameters:
  ///   - producer: carries prices; with `acks=all`.
  ///   - topics: the topics' names.
  ///   - readiness: why the process cannot serve at the moment; empty when it can.
  public init(
    configuration: IngressConfiguration = IngressConfiguration(), store: FeedStore, reader: FeedReader, keys: KeyStore,
    producer: KafkaProducer, topics: TopicNames, metrics: MetricsRegistry,
    readiness: @escaping @Sendable () async -> [String], logger: Logger
  ) {
    let identifiers = Identifiers()
    let gate = Gate(
      keys: keys, publicPaths: configuration.publicPaths.union(ProbeRoutes.publicPaths), identifiers: identifiers)
    let endpoints = Endpoints(gate: gate, metrics: metrics, logger: logger)
    let intake = PriceIntake(
      producer: producer, capacity: configuration.maxWaitingPrices, deadline: configuration.priceDeadline)
    let prices = PriceRoutes(
      intake: intake, topic: topics.priceUpdates, identifiers: identifiers, configuration: configuration,
      logger: logger)
    let routes =
      ProbeRoutes(metrics: metrics, readiness: readiness).routes(endpoints)
      + FeedUploads(store: store, configuration: configuration).routes(endpoints)
      + FeedQueries(reader: reader).routes(endpoints)
      + FeedEvents(reader: reader, configuration: configuration).routes(endpoints)
      + prices.routes(endpoints)
    let notFound = endpoints.route(.get, "/", Route.Options(body: .buffered(maxBytes: nil))) { _, _ in
      throw Problem(404, "not_found", "There is nothing at this path", "Check the path's spelling.")
    }
    server = HTTPServer(
      configuration: configuration.http, routes: routes, fallback: notFound, admit: gate.admit, logger: logger)
    stopPatience = configuration.stopPatience
    metrics.gauge("hyperloop_http_connections", help: "Open connections of clients.") { [weak server] in
      server.map { Double($0.statistics.connectionsOpen) }
    }
    metrics.counter("hyperloop_http_refused_total", help: "Requests refused before a handler saw them.") {
      [weak server] in
      server.map { Double($0.statistics.requestsRefused) }
    }
    metrics.gauge("hyperloop_http_prices_waiting", help: "Prices that wait for Kafka.") { [weak intake] in
      intake.map { Double($0.waiting) }
    }
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

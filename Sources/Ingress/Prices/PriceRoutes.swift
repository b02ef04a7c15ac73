internal import HTTPServer
internal import JSONCodec
internal import KafkaClient
internal import Telemetry

/// `PUT /v1/prices/{gtin}` and `POST /v1/prices`: prices are accepted once Kafka has them.
struct PriceRoutes: Sendable {
  let intake: PriceIntake
  /// Where prices go.
  let topic: String
  let identifiers: Identifiers
  let configuration: IngressConfiguration
  let lists: Slots
  let logger: Logger

  init(
    intake: PriceIntake, topic: String, identifiers: Identifiers, configuration: IngressConfiguration, logger: Logger
  ) {
    self.intake = intake
    self.topic = topic
    self.identifiers = identifiers
    self.configuration = configuration
    self.logger = logger
    lists = Slots(configuration.maxPriceLists, share: configuration.maxPriceListsPerMerchant)
  }

  func routes(_ endpoints: Endpoints) -> [Route] {
    let single = Route.Options(body: .buffered(maxBytes: configuration.maxPriceBytes))
    let many = Route.Options(
      body: .streamed(maxBytes: configuration.maxPriceListBytes), bodyDeadline: configuration.priceListDeadline,
      requestDeadline: configuration.priceListDeadline + .seconds(60))
    return [
      endpoints.callback(.put, "/v1/prices/{gtin}", single) { put($0, $1, $2) },
      endpoints.route(.post, "/v1/prices", many) { try await post($0, $1) },
    ]
  }

  private func put(
    _ request: HTTPServerRequest, _ caller: Caller,
    _ respond: @escaping @Sendable (Result<HTTPServerResponse, Problem>) -> Void
  ) {
    let update: PriceUpdate
    do throws(Problem) {
      update = try PriceUpdate(
        gtin: request.parameter("gtin"), body: request.bytes, merchant: caller.merchant(request.head))
    } catch {
      return respond(.failure(error))
    }
    let id = identifiers.next()
    let href = update.href
    intake.send(update.record(topic: topic, updateID: id, correlationID: caller.correlationID)) { error in
      if let error {
        logger.warning("price not stored", ["correlationId": caller.correlationID, "error": error.description])
        return respond(.failure(Problem(error)))
      }
      var writer = JSONWriter(capacity: 128)
      writer.beginObject()
      writer.field("updateId", id)
      writer.field("href", href)
      writer.endObject()
      respond(.success(.json(writer.bytes, status: 202)))
    }
  }
}

internal import HTTPServer
internal import Telemetry

/// Makes routes that know their caller: the key is checked, errors become problems, and every answer carries its
/// correlation id and is counted.
struct Endpoints: Sendable {
  typealias Answer = @Sendable (HTTPServerRequest, Caller) async throws -> HTTPServerResponse

  let gate: Gate
  let metrics: MetricsRegistry
  let logger: Logger

  /// - Parameter parameters: those that the query may have, once each; nil lets any pass.
  func get(_ path: String, parameters: [String]? = nil, _ answer: @escaping Answer) -> Route {
    route(.get, path, parameters: parameters, Route.Options(body: .none), answer)
  }

  func route(
    _ method: HTTPMethod, _ path: String, parameters: [String]? = nil, _ options: Route.Options,
    _ answer: @escaping Answer
  ) -> Route {
    let metrics = RouteMetrics(metrics, route: "\(method.rawValue) \(path)")
    return Route(method, path, bounded(options)) { request in
      let start = ContinuousClock.now
      let correlationID = gate.correlationID(request.head.headers)
      let response: HTTPServerResponse
      do {
        let caller = try await gate.authenticate(request.head, correlationID)
        if let parameters { try request.head.checkParameters(known: parameters) }
        response = try await answer(request, caller)
      } catch {
        response = self.response(to: error, request.head, correlationID)
      }
      return close(response, request.head, correlationID, metrics, start)
    }
  }

  /// A route for many requests a second: no task each. `answer` must call back once, from any thread.
  func callback(
    _ method: HTTPMethod, _ path: String, _ options: Route.Options,
    _ answer:
      @escaping @Sendable (HTTPServerRequest, Caller, @escaping @Sendable (Result<HTTPServerResponse, Problem>) -> Void)
      -> Void
  ) -> Route {
    let metrics = RouteMetrics(metrics, route: "\(method.rawValue) \(path)")
    return .callback(method, path, bounded(options)) { request, responder in
      let start = ContinuousClock.now
      let head = request.head
      let correlationID = gate.correlationID(head.headers)
      let respond: @Sendable (Result<HTTPServerResponse, Problem>) -> Void = { result in
        let response =
          switch result {
          case .success(let response): response
          case .failure(let problem): problem.response
          }
        responder.respond(close(response, head, correlationID, metrics, start))
      }
      gate.authenticate(head, correlationID) { caller in
        switch caller {
        case .success(let caller): answer(request, caller, respond)
        case .failure(let problem): respond(.failure(problem))
        }
      }
    }
  }

  /// Refuses bodies that are declared too long in the words and with the correlation id of every other answer.
  private func bounded(_ options: Route.Options) -> Route.Options {
    let limit: Int
    switch options.body {
    case .none: limit = 0
    case .buffered(nil): return options
    case .buffered(let bytes?), .streamed(let bytes): limit = bytes
    }
    var bounded = options
    bounded.admit = { head in
      guard let length = head.contentLength, length > limit else { return nil }
      return Problem.tooLarge(limit: limit).response.with("X-Correlation-Id", gate.correlationID(head.headers))
    }
    return bounded
  }

  private func close(
    _ response: HTTPServerResponse, _ head: HTTPRequestHead, _ correlationID: String, _ metrics: RouteMetrics,
    _ start: ContinuousClock.Instant
  ) -> HTTPServerResponse {
    metrics.record(status: response.status, since: start)
    logger.debug(
      "request",
      [
        "method": head.method.rawValue, "path": head.path, "status": String(response.status),
        "correlationId": correlationID, "peer": head.peerAddress,
      ])
    return response.with("X-Correlation-Id", correlationID)
  }

  private func response(
    to error: any Error, _ head: HTTPRequestHead, _ correlationID: String
  ) -> HTTPServerResponse {
    if let problem = Problem(failure: error) { return problem.response }
    logger.error(
      "request failed", ["path": head.path, "correlationId": correlationID, "error": String(describing: error)])
    return Problem.internalError.response
  }
}

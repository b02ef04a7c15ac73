extension Exchange {
  /// The head is complete: finds the route, asks the gates, and starts a handler that reads the body itself.
  func begin(
    method: String, version: String, headers: HTTPHeaders, isLineWhole: Bool, hasFoldedField: Bool
  ) -> Verdict {
    core.countRequest()
    self.headers = headers
    let framing: RequestFraming
    do {
      framing = try RequestFraming.check(
        version: version, headers: headers, isLineWhole: isLineWhole, hasFoldedField: hasFoldedField)
    } catch {
      core.countRefusal()
      return .answer(own(.problem(status: error.status, code: error.code, title: error.title)), closing: true)
    }
    let length: Int? = if case .length(let count) = framing { count } else { nil }
    let expects = headers["expect"] != nil
    guard let target = RequestTarget(target) else {
      return refuse(
        own(.problem(status: 400, code: "bad_target", title: "The request's target is malformed")), length, expects)
    }
    let method = HTTPMethod(rawValue: method)
    let match = core.router.match(method, target.segments)
    let found: Route
    var names: [String] = []
    var values: [String] = []
    switch match {
    case .found(let route, let routeNames, let routeValues): (found, names, values) = (route, routeNames, routeValues)
    case .methodNotAllowed(let methods):
      let allow = methods.map(\.rawValue).joined(separator: ", ")
      return refuse(
        own(
          .problem(
            status: 405, code: "method_not_allowed", title: "The path has no such method", detail: "It has \(allow)."
          ).with("Allow", allow)), length, expects)
    case .notFound:
      guard let fallback = core.fallback else {
        return refuse(own(.problem(status: 404, code: "not_found", title: "There is nothing here")), length, expects)
      }
      found = fallback
    }
    let head = HTTPRequestHead(
      method: method, target: target, headers: headers, peerAddress: connection?.peerAddress ?? "",
      contentLength: length, names: names, values: values)
    self.head = head
    route = found
    if let refusal = core.admit?(head) ?? found.options.admit?(head) { return refuse(refusal, length, expects) }
    return accept(found, length, expects)
  }

  private func accept(_ route: Route, _ length: Int?, _ expects: Bool) -> Verdict {
    let limits = core.limits
    bodyLimit =
      switch route.options.body {
      case .none: 0
      case .buffered(let bytes): bytes ?? core.configuration.maxBodyBytes
      case .streamed(let bytes): bytes
      }
    if let length, length > bodyLimit { return refuse(tooLarge, length, expects) }
    requestDeadline = core.now &+ (route.options.requestDeadline.map(MonotonicTime.nanoseconds) ?? limits.request)
    stage = .receiving
    let whole = route.options.bodyDeadline.map(MonotonicTime.nanoseconds) ?? limits.body
    bodyDeadline = min(core.now &+ whole, requestDeadline)
    awaitBody()
    if case .streamed = route.options.body {
      let core = core
      let queue = BodyQueue(capacity: core.configuration.streamBufferBytes) { [weak self] in
        if let self { core.wake(self) }
      }
      bodyQueue = queue
      start(bytes: [])
    } else if let length, length > 0 {
      buffer.reserveCapacity(min(length, 64 * 1_024))
    }
    return .carryOn
  }

  /// Bytes of the body. They are always taken whole.
  func receive(_ bytes: UnsafeRawBufferPointer) -> Verdict {
    guard failure == nil else { return .close }
    received += bytes.count
    if stage == .receiving, received > bodyLimit {
      bodyQueue?.end(.failure(.tooLarge))
      // A handler that reads the body itself says so in its own words, if it is quick enough.
      if bodyQueue == nil {
        core.countRefusal()
        give(tooLarge)
      }
      discard()
    } else if stage == .receiving, hasAnswer {
      discard()
    }
    switch stage {
    case .receiving:
      awaitBody()
      if let bodyQueue {
        if bodyQueue.push(Array(bytes)) {
          // The reader is the one that is late.
          connection?.deadline = bodyDeadline
          suspend()
        }
      } else {
        buffer.append(contentsOf: bytes)
      }
      return .carryOn
    case .discarding:
      discarded += bytes.count
      guard discarded <= core.configuration.discardBytes else {
        core.countDroppedBody()
        return .close
      }
      return .carryOn
    default: return .close
    }
  }

  /// The request is complete; called again after each resumption until there is an answer.
  func finish() -> Verdict {
    guard !isSuspended else { return .carryOn }
    guard failure == nil else { return .close }
    if stage == .receiving || stage == .discarding {
      let wasReceiving = stage == .receiving
      stage = .answering
      setDeadline(after: route?.options.answerDeadline.map(MonotonicTime.nanoseconds) ?? core.limits.answer)
      if let bodyQueue {
        bodyQueue.end(.success(()))
      } else if wasReceiving {
        let bytes = buffer
        buffer = []
        start(bytes: bytes)
      }
    }
    guard let response = takeAnswer() else {
      suspend()
      return .carryOn
    }
    return .answer(response, closing: false)
  }

  /// Waits for the body's next bytes.
  func awaitBody() { connection?.deadline = min(core.now &+ core.limits.bodyIdle, bodyDeadline) }

  /// Lets the rest of the body go by, for as long as the limits allow, since many clients send everything before they
  /// look for an answer.
  func discard() {
    guard stage == .receiving else { return }
    stage = .discarding
    buffer = []
    // Whoever still reads must not take what it has for the whole.
    bodyQueue?.end(.failure(.cancelled))
    setDeadline(after: core.limits.discard)
  }

  /// Answers in the handler's place.
  private func refuse(_ response: HTTPServerResponse, _ length: Int?, _ expectsContinue: Bool) -> Verdict {
    core.countRefusal()
    // Answered at once, the connection ends: right for a client that has sent nothing yet, and the best there is when
    // the body is longer than anyone would read.
    if length != 0, expectsContinue || (length ?? 0) > core.configuration.discardBytes {
      return .answer(response, closing: true)
    }
    give(response)
    stage = .receiving
    discard()
    return .carryOn
  }

  private func start(bytes: [UInt8]) {
    guard let head, let route else { return }
    let request = HTTPServerRequest(head: head, bytes: bytes, body: HTTPRequestBody(queue: bodyQueue))
    switch route.handler {
    case .immediate(let answer): give(answer(request))
    case .callback(let answer): answer(request, HTTPResponder(exchange: self))
    case .async(let answer):
      let counter = core.tasks
      counter.began()
      task = Task {
        _ = self.respond(await answer(request))
        counter.ended()
      }
    }
  }

  private var tooLarge: HTTPServerResponse {
    own(
      .problem(
        status: 413, code: "too_large", title: "The body is too large", extra: ["maxBytes": .integer(bodyLimit)]))
  }

  private func setDeadline(after nanoseconds: UInt64) {
    connection?.deadline = min(core.now &+ nanoseconds, requestDeadline)
  }
}

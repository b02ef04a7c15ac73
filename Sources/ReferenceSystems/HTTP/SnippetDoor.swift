internal import HTTPServer

/// Takes snippets by `POST /snippets`, one or a batch.
struct SnippetDoor: Sendable {
  let system: SnippetSystem
  let delay: AnswerDelay
  let journal: Journal?
  let maxBodyBytes: Int
  let maxBatchEntries: Int

  var route: Route {
    let options = Route.Options(
      body: .buffered(maxBytes: maxBodyBytes), answerDeadline: FaultAnswer.hanging + .seconds(10))
    // Most requests are answered before the handler returns, on the server's own thread.
    return .callback(.post, "/snippets", options) { request, responder in
      let (response, wait) = answer(request)
      delay.call(after: wait) { responder.respond(response) }
    }
  }

  private func answer(_ request: HTTPServerRequest) -> (HTTPServerResponse, Duration) {
    let isBatch = SnippetBatch.isBatch(request.bytes)
    let entries: [SnippetEntry]
    if isBatch {
      guard let read = SnippetBatch.read(request.bytes, system: system.name) else {
        system.count { $0.malformed += 1 }
        return (.problem(status: 400, code: "unreadable", title: "The batch is no JSON array"), .zero)
      }
      guard read.count <= maxBatchEntries else {
        return (.problem(status: 413, code: "batch_too_long", title: "At most \(maxBatchEntries) entries"), .zero)
      }
      entries = read
    } else {
      entries = [single(request)]
    }
    let (decision, outcomes) = system.take(entries)
    if let journal, !journal.append(accepted(entries, outcomes)) {
      return (.problem(status: 503, code: "journal_failed", title: "The snippet could not be kept"), .zero)
    }
    if let rule = decision.fault, let (response, wait) = FaultAnswer.make(rule) {
      return (response, decision.delay + wait)
    }
    let response =
      isBatch ? .json(SnippetBatch.answer(outcomes, rule: decision.fault)) : SnippetDoor.response(outcomes[0])
    return (response, decision.delay)
  }

  private func single(_ request: HTTPServerRequest) -> SnippetEntry {
    let headers = request.headers
    return Result { () throws(DeliveryFault) in
      try SnippetDelivery(
        system: system.name, key: headers["Idempotency-Key"], merchant: headers["X-Merchant-Id"],
        gtin: headers["X-Gtin"], version: headers["X-Item-Version"], body: request.bytes)
    }
  }

  private func accepted(_ entries: [SnippetEntry], _ outcomes: [SnippetOutcome]) -> [SnippetDelivery] {
    zip(entries, outcomes).compactMap { entry, outcome in
      switch (entry, outcome) {
      case (.success(let delivery), .taken(.accepted)): delivery
      // Whether a processed one was new is not said: the journal may hold what is old, since only the newest counts.
      case (.success(let delivery), .struck(let rule)) where rule.isProcessed: delivery
      default: nil
      }
    }
  }

  private static func response(_ outcome: SnippetOutcome) -> HTTPServerResponse {
    switch outcome {
    case .taken(.accepted): .json(Array(#"{"result":"accepted"}"#.utf8))
    case .taken(.repeated): .json(Array(#"{"result":"repeated"}"#.utf8))
    case .taken(.older(let held)):
      .problem(
        status: 409, code: "older_version", title: "A newer version is held",
        extra: ["heldVersion": .integer(Int(held))])
    case .malformed(let fault):
      .problem(status: 400, code: fault.code, title: "The delivery is malformed", detail: fault.message)
    case .struck(let rule): FaultAnswer.make(rule)?.response ?? .empty(status: 200)
    }
  }
}

internal import HTTPCaller
internal import ItemModel
internal import JSONCodec
internal import Telemetry

/// What a REST system is sent, and what its answers mean.
extension RESTSender {
  func request(_ deliveries: [Delivery]) -> HTTPRequest {
    var headers: [(name: String, value: String)] = [("Content-Type", "application/json")]
    let body: [UInt8]
    if endpoint.batch == nil, let only = deliveries.first {
      headers += only.headers(system: name)
      body = only.snippet
    } else {
      body = batchBody(deliveries)
    }
    return HTTPRequest(
      method: "POST", url: endpoint.url, headers: headers + endpoint.headers, body: body, timeout: endpoint.timeout,
      maxBodyBytes: limits.maxAnswerBytes, isIdempotent: true)
  }

  private func batchBody(_ deliveries: [Delivery]) -> [UInt8] {
    var writer = JSONWriter(capacity: deliveries.reduce(64) { $0 + $1.snippet.count + 384 })
    writer.beginArray()
    for delivery in deliveries {
      let message = delivery.run.message
      writer.beginObject()
      writer.field("merchantId", message.key.merchant.text)
      writer.field("gtin", message.key.gtin.text14)
      writer.field("version", message.version)
      writer.field("idempotencyKey", delivery.idempotencyKey(system: name))
      writer.field("correlationId", message.correlationID)
      writer.field("lane", message.lane.name)
      writer.field("deadline", delivery.run.deadline)
      writer.name("snippet")
      writer.raw(delivery.snippet)
      writer.endObject()
    }
    writer.endArray()
    return writer.bytes
  }

  /// Gives the call's deliveries their results, and says what the circuit is to think of it.
  func settle(_ call: Call, _ result: Result<HTTPResponse, HTTPCallError>) -> SystemCircuit.Verdict {
    switch result {
    case .failure(let error):
      finish(call.deliveries, error.meaning.result)
      return error.meaning.verdict
    case .success(let response):
      return endpoint.batch == nil ? settleSingle(call, response) : settleBatch(call, response)
    }
  }

  private func settleSingle(_ call: Call, _ response: HTTPResponse) -> SystemCircuit.Verdict {
    let meaning = answer(response).meaning(dataErrors: endpoint.dataErrors)
    finish(call.deliveries, meaning.result)
    return meaning.verdict
  }

  private func settleBatch(_ call: Call, _ response: HTTPResponse) -> SystemCircuit.Verdict {
    if response.status == 200 {
      guard let answers = SystemAnswer.entries(response.body, count: call.deliveries.count) else {
        return fail(call, "the batch's answer does not have an entry for each snippet", response)
      }
      var verdicts: [SystemCircuit.Verdict] = []
      for (delivery, answer) in zip(call.deliveries, answers) {
        let meaning = answer.meaning(dataErrors: endpoint.dataErrors)
        finish([delivery], meaning.result)
        verdicts.append(meaning.verdict)
      }
      return verdicts.contains(.misconfigured) ? .misconfigured : verdicts.contains(.alive) ? .alive : .failed
    }
    let refusals = endpoint.dataErrors.union([413])
    if refusals.contains(response.status), call.deliveries.count > 1 {
      // Somebody in it is refused: each half is asked for by itself.
      let middle = call.deliveries.count / 2
      queues[Int(call.lane.rawValue)].append(half: Array(call.deliveries[..<middle]))
      queues[Int(call.lane.rawValue)].append(half: Array(call.deliveries[middle...]))
      return .alive
    }
    if (200..<300).contains(response.status) { return fail(call, "a batch is answered with status 200", response) }
    let meaning = answer(response).meaning(dataErrors: refusals)
    finish(call.deliveries, meaning.result)
    return meaning.verdict
  }

  private func fail(_ call: Call, _ reason: String, _ response: HTTPResponse) -> SystemCircuit.Verdict {
    finish(call.deliveries, .systemError("bad_batch_answer", reason, status: response.status))
    return .failed
  }

  private func answer(_ response: HTTPResponse) -> SystemAnswer {
    let wish = response.header("Retry-After").flatMap {
      RetryAfter.duration($0, now: Timestamp.now.microseconds / 1_000_000)
    }
    return SystemAnswer(status: response.status, body: response.body, retryAfter: wish)
  }

  private func finish(_ deliveries: [Delivery], _ result: SystemResult) {
    for delivery in deliveries { host.finish(delivery, result) }
  }
}

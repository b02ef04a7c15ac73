internal import ItemModel

extension Delivery {
  /// The delivery's name, the same on every retry.
  func idempotencyKey(system: String) -> String {
    DeliveryID(key: run.message.key, system: system, version: run.message.version).description
  }

  /// The headers that every delivery has, over HTTP and Kafka.
  func headers(system: String) -> [(name: String, value: String)] {
    let message = run.message
    var headers = [
      (name: "Idempotency-Key", value: idempotencyKey(system: system)),
      (name: "X-Merchant-Id", value: message.key.merchant.text),
      (name: "X-Gtin", value: message.key.gtin.text14),
      (name: "X-Item-Version", value: String(message.version)),
      (name: "X-Correlation-Id", value: message.correlationID),
      (name: "X-Lane", value: message.lane.name),
    ]
    if let deadline = run.deadline { headers.append((name: "X-Deadline", value: deadline)) }
    return headers
  }
}

internal import ItemModel
internal import KafkaClient

/// A system's record: the snippet, and the headers that its answer needs.
struct KafkaDelivery {
  let entry: SnippetEntry
  let key: String
  let correlationID: String

  /// Reads a record. Its headers must agree with each other and with its key.
  init(_ record: KafkaMessage, system: String) {
    var values: [String: String] = [:]
    for header in record.headers {
      guard let value = header.value else { continue }
      // The first of a name counts, as in HTTP.
      let name = header.name.lowercased()
      if values[name] == nil { values[name] = String(decoding: value, as: UTF8.self) }
    }
    let key = values["idempotency-key"]
    self.key = key ?? ""
    correlationID = values["x-correlation-id"] ?? ""
    entry = Result { () throws(DeliveryFault) in
      let delivery = try SnippetDelivery(
        system: system, key: key, merchant: values["x-merchant-id"], gtin: values["x-gtin"],
        version: values["x-item-version"], body: record.value ?? [])
      guard record.key.flatMap({ ItemKey(messageKey: $0) }) == delivery.item else {
        throw DeliveryFault("record_key_mismatch", "the record's key is not \(delivery.item)")
      }
      return delivery
    }
  }
}

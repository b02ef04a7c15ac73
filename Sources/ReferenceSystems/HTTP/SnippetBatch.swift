internal import ItemModel
internal import JSONCodec

/// Several snippets in one request, and their answers, as JSON arrays.
enum SnippetBatch {
  /// Whether a body is a batch: it begins as an array, and a snippet is always an object.
  static func isBatch(_ body: [UInt8]) -> Bool {
    body.first { $0 != 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D } == UInt8(ascii: "[")
  }

  /// The batch's entries, in order; nil when it is no JSON array.
  static func read(_ body: [UInt8], system: String) -> [SnippetEntry]? {
    guard let root = try? JSONDocument(body).root, root.kind == .array else { return nil }
    var seen: Set<ItemKey> = []
    return root.elements.map { element in
      Result { () throws(DeliveryFault) in
        let delivery = try read(element, system: system)
        guard seen.insert(delivery.item).inserted else {
          throw DeliveryFault("item_repeated", "\(delivery.item) is in the batch twice")
        }
        return delivery
      }
    }
  }

  private static func read(_ entry: JSONValue, system: String) throws(DeliveryFault) -> SnippetDelivery {
    guard let key = entry["idempotencyKey"]?.string else {
      throw DeliveryFault("key_missing", "no idempotencyKey")
    }
    guard let merchant = entry["merchantId"]?.string, let gtin = entry["gtin"]?.string,
      let version = entry["version"]?.int64, let snippet = entry["snippet"]
    else { throw DeliveryFault("header_missing", "merchantId, gtin, version and snippet are all needed") }
    return try SnippetDelivery(
      system: system, key: key, merchant: merchant, gtin: gtin, version: version, body: Array(snippet.rawBytes))
  }

  /// The answer: an entry per outcome, in order; one less or one more where the rule says so.
  static func answer(_ outcomes: [SnippetOutcome], rule: BehaviourRule?) -> [UInt8] {
    var json = JSONWriter(capacity: 32 * outcomes.count)
    json.beginArray()
    for outcome in rule?.kind == .short ? outcomes.dropLast() : outcomes[...] { write(outcome, to: &json) }
    if rule?.kind == .long { write(.taken(.accepted), to: &json) }
    json.endArray()
    return json.bytes
  }

  private static func write(_ outcome: SnippetOutcome, to json: inout JSONWriter) {
    json.beginObject()
    switch outcome {
    case .taken(.accepted), .taken(.repeated):
      json.field("status", 200 as Int64)
    case .taken(.older(let held)):
      json.field("status", 409 as Int64)
      json.field("code", "older_version")
      json.field("description", "version \(held) is held")
    case .malformed(let fault):
      json.field("status", 400 as Int64)
      json.field("code", fault.code)
      json.field("description", fault.message)
    case .struck(let rule):
      json.field("status", rule.kind == .conflict ? 409 : Int64(rule.status))
      json.field("code", rule.kind == .conflict ? "older_version" : rule.code)
      json.field("retryAfter", rule.retryAfter.map(Int64.init))
    }
    json.endObject()
  }
}

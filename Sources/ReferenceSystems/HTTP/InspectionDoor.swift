internal import HTTPServer
internal import ItemModel
internal import JSONCodec
internal import Telemetry

/// Shows what a system holds and counted, and resets it.
struct InspectionDoor: Sendable {
  /// How many items a dump looks up at once.
  private static let dumpStep = 500

  let system: SnippetSystem
  /// Called after a reset.
  let onReset: @Sendable () -> Void

  var routes: [Route] {
    [
      .immediate(.get, "/items/{merchantId}/{gtin14}") { item($0) },
      .immediate(.get, "/stats") { _ in statistics() },
      .immediate(.delete, "/items") { _ in
        system.removeAll()
        onReset()
        return .empty()
      },
      Route(.get, "/dump", Route.Options(requestDeadline: .seconds(3_600))) { _ in
        .stream(contentType: "application/x-ndjson") { try await dump(to: $0) }
      },
    ]
  }

  private func item(_ request: HTTPServerRequest) -> HTTPServerResponse {
    let key = Array("\(request.parameter("merchantId"))/\(request.parameter("gtin14"))".utf8)
    guard let item = ItemKey(messageKey: key) else {
      return .problem(status: 400, code: "bad_item", title: "Not merchant/gtin14")
    }
    guard let held = system.held(item) else {
      return .problem(status: 404, code: "not_held", title: "Nothing is held of the item")
    }
    return .json(held.body)
      .with("X-Item-Version", "\(held.version)").with("ETag", "\"\(held.version)\"")
      .with("Idempotency-Key", "\(item)/\(system.name)/\(held.version)")
  }

  private func statistics() -> HTTPServerResponse {
    var json = JSONWriter()
    json.beginObject()
    json.field("system", system.name)
    json.field("items", Int64(system.itemCount))
    for (name, count) in system.statistics.counts { json.field(name, Int64(count)) }
    json.endObject()
    return .json(json.bytes)
  }

  /// A line of JSON for each item, in the order of the items; each line is what is held when it is written.
  private func dump(to writer: HTTPBodyWriter) async throws {
    let items = system.items()
    var json = JSONWriter(capacity: 1 << 16)
    for start in stride(from: 0, to: items.count, by: Self.dumpStep) {
      var lines: [UInt8] = []
      for (item, held) in system.held(items[start..<min(start + Self.dumpStep, items.count)]) {
        json.removeAll()
        write(item, held, to: &json)
        lines.append(contentsOf: json.bytes)
        lines.append(0x0A)
      }
      try await writer.write(lines)
    }
  }

  private func write(_ item: ItemKey, _ held: HeldSnippet, to json: inout JSONWriter) {
    json.beginObject()
    json.field("merchantId", item.merchant.text)
    json.field("gtin", item.gtin.text14)
    json.field("version", held.version)
    json.field("idempotencyKey", "\(item)/\(system.name)/\(held.version)")
    json.field("acceptedAt", held.acceptedAt.description)
    json.field("accepted", Int64(held.accepted))
    json.field("repeated", Int64(held.repeated))
    json.field("older", Int64(held.older))
    if (try? JSONDocument(held.body)) != nil {
      json.name("snippet")
      // JSON's strings hold no line breaks, so those that are there are space.
      json.raw(held.body.map { $0 == 0x0A || $0 == 0x0D ? 0x20 : $0 })
    } else {
      json.name("unreadable")
      json.string(utf8: held.body)
    }
    json.endObject()
  }
}

internal import FeedIngestor
internal import HTTPServer
internal import ItemModel
internal import JSONCodec

/// `GET /v1/feeds/{id}/events`: a feed's progress as server-sent events. `status` carries the same JSON as the feed
/// itself, whenever it has changed; `end` is the last.
struct FeedEvents: Sendable {
  private let reader: FeedReader
  private let interval: Duration
  private let heartbeat: Duration
  private let slots: Slots

  init(reader: FeedReader, configuration: IngressConfiguration) {
    self.reader = reader
    interval = configuration.eventInterval
    heartbeat = configuration.eventHeartbeat
    slots = Slots(configuration.maxEventStreams)
  }

  func routes(_ endpoints: Endpoints) -> [Route] {
    [
      endpoints.get("/v1/feeds/{id}/events") { request, caller in
        let merchant = try caller.merchant(request.head)
        let id = request.parameter("id")
        guard let first = try await reader.status(id, of: merchant) else { throw Problem.feedNotFound }
        guard !slots.isFull else {
          throw Problem(
            503, "too_many_streams", "Too many event streams are open",
            "Ask for the feed's status instead, or come again later.", retryAfter: 10)
        }
        return .events(heartbeat: heartbeat) { events in
          // Of those that come at the same moment, one too many sees its stream end at once.
          guard slots.take() else { return }
          defer { slots.giveBack() }
          try await follow(id, merchant, from: first, events)
        }
      }
    ]
  }

  private func follow(
    _ id: String, _ merchant: MerchantID, from first: [UInt8], _ events: HTTPEventStream
  ) async throws {
    var status = first
    var isNew = true
    while true {
      if isNew { try await events.send(FeedEvents.event("status", status)) }
      if FeedEvents.isComplete(status) { return try await events.send(FeedEvents.event("end", status)) }
      // Nothing tells of a change: the database is asked at a measured pace.
      try await Task.sleep(for: interval)
      // Gone with the retention: the stream ends with it.
      guard let next = try await reader.status(id, of: merchant) else { return }
      isNew = next != status
      status = next
    }
  }

  private static func event(_ name: String, _ json: [UInt8]) -> HTTPServerEvent {
    HTTPServerEvent(event: name, data: String(decoding: json, as: UTF8.self))
  }

  private static func isComplete(_ status: [UInt8]) -> Bool {
    // The reader's own JSON is always readable; if it were not, the client would rather see the end.
    guard let document = try? JSONDocument(status) else { return true }
    return document.root["completedAt"] != nil
  }
}

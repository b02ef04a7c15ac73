internal import FeedIngestor
internal import HTTPServer
internal import ItemModel
internal import JSONCodec

/// `GET /v1/feeds/{id}/events`: a feed's progress as server-sent events. `status` carries the same JSON as the feed
/// itself, whenever it has changed; `end` is the last.
struct FeedEvents: Sendable {
  private let looks: FeedLooks
  private let configuration: IngressConfiguration
  private let slots: Slots

  init(reader: FeedReader, configuration: IngressConfiguration) {
    looks = FeedLooks(reader: reader)
    self.configuration = configuration
    slots = Slots(configuration.maxEventStreams, share: configuration.maxEventStreamsPerMerchant)
  }

  func routes(_ endpoints: Endpoints) -> [Route] {
    [
      endpoints.get("/v1/feeds/{id}/events") { request, caller in
        let merchant = try caller.merchant(request.head)
        let feed = FeedLooks.Feed(id: request.parameter("id"), merchant: merchant)
        guard let first = try await looks.status(of: feed, maxAge: .zero) else { throw Problem.feedNotFound }
        switch slots.ask(merchant) {
        case .taken: break
        case .full:
          throw Problem(
            503, "too_many_streams", "Too many event streams are open",
            "Ask for the feed's status instead, or come again later.", retryAfter: 10)
        case .shareFull: throw Problem.ownShare("too_many_streams", slots.share, "event streams", retryAfter: 10)
        }
        return .events(heartbeat: configuration.eventHeartbeat) { events in
          // Of those that come at the same moment, one too many sees its stream end at once.
          guard case .taken = slots.take(merchant) else { return }
          defer { slots.giveBack(merchant) }
          try await follow(feed, from: first, events) {
            _ = try await endpoints.gate.authenticate(request.head, caller.correlationID)
          }
        }
      }
    ]
  }

  /// - Parameter admit: throws once the caller's key is no longer valid.
  private func follow(
    _ feed: FeedLooks.Feed, from first: [UInt8], _ events: HTTPEventStream, admit: () async throws -> Void
  ) async throws {
    var status = first
    var isNew = true
    var pause = configuration.eventInterval
    var admitted = ContinuousClock.now
    while true {
      if isNew { try await events.send(FeedEvents.event("status", status)) }
      if FeedEvents.isComplete(status) { return try await events.send(FeedEvents.event("end", status)) }
      // Nothing tells of a change: the database is asked at a measured pace, more slowly while nothing happens.
      pause = isNew ? configuration.eventInterval : min(pause * 3 / 2, configuration.maxEventInterval)
      try await Task.sleep(for: pause)
      if admitted.duration(to: .now) >= configuration.eventHeartbeat {
        try await admit()
        admitted = .now
      }
      // Gone with the retention: the stream ends with it.
      guard let next = try await looks.status(of: feed, maxAge: pause) else { return }
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

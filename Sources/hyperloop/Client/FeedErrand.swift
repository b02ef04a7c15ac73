internal import Arguments
internal import HTTPCaller
internal import JSONCodec

/// Sends a grid and follows it.
struct FeedErrand {
  let client: ServiceClient

  func submit(_ bytes: [UInt8], spec: String, idempotencyKey: String?) async throws -> String {
    // A slow line gets a second for each 64 KiB.
    let timeout = Duration.seconds(600 + bytes.count / (64 * 1_024))
    let answer = try await client.send(
      "POST", "/v1/feeds?spec=\(HTTPRequest.percentEncoded(spec))", body: bytes, type: "text/csv",
      extra: idempotencyKey.map { [("Idempotency-Key", $0)] } ?? [], timeout: timeout)
    guard let feedID = try ServiceClient.json(answer)["feedId"]?.string else {
      throw StartError("the service's answer names no feed")
    }
    return feedID
  }

  func status(_ feedID: String) async throws -> JSONValue {
    try await client.get("/v1/feeds/\(HTTPRequest.percentEncoded(feedID))")
  }

  /// Looks again and again until the feed has ended, and gives its last status. A service that is not to be had is
  /// waited for.
  /// - Parameter patience: for how long, each time.
  func watch(
    _ feedID: String, showsProgress: Bool, patience: Duration = .seconds(300)
  ) async throws -> JSONValue {
    let progress = ProgressLine()
    defer { progress.clear() }
    let start = ContinuousClock.now
    while true {
      let status = try await client.patiently(for: patience) {
        try await self.status(feedID)
      } meanwhile: { reason in
        if showsProgress { progress.show("trying again: \(reason)") }
      }
      if status["completedAt"] != nil { return status }
      if showsProgress { progress.show(Self.line(status, since: start)) }
      try await Task.sleep(for: .milliseconds(200))
    }
  }

  private static func line(_ status: JSONValue, since start: ContinuousClock.Instant) -> String {
    let received = status["itemsReceived"]?.int64 ?? 0
    let done = received - (status["itemsProcessing"]?.int64 ?? 0)
    let seconds = max(0.001, Double((ContinuousClock.now - start).components.seconds))
    let rate = seconds >= 1 ? ", \(Int(Double(done) / seconds)) rows/s" : ""
    return "\(status["feedStatus"]?.string ?? "?"): \(done) of \(received) rows\(rate)"
  }
}

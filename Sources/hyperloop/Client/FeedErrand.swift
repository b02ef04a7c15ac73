internal import Arguments
internal import FeedIngestor
internal import HTTPCaller
internal import JSONCodec
internal import Synchronization

/// Sends a grid and follows it.
struct FeedErrand {
  let client: ServiceClient

  func submit(
    _ file: HTTPBody, named name: String, spec: String, mode: FeedMode = .apply, policy: FeedPolicy = .eachRow,
    idempotencyKey: String?,
    showsProgress: Bool = false
  ) async throws -> String {
    let meter = ProgressMeter("sending", unit: .bytes, on: showsProgress ? .errors : nil)
    defer { meter.clear() }
    // A slow line gets a second for each 64 KiB.
    let timeout = Duration.seconds(600 + file.count / (64 * 1_024))
    let answer: HTTPResponse
    do {
      answer = try await client.send(
        "POST",
        "/v1/feeds?spec=\(HTTPRequest.percentEncoded(spec))&mode=\(mode.rawValue)&policy=\(policy.rawValue)",
        extra: [("Content-Type", "text/csv")] + (idempotencyKey.map { [("Idempotency-Key", $0)] } ?? []),
        timeout: timeout
      ) { request in
        request.bodySource = file
        request.onSent = { meter.report($0, of: file.count) }
      }
    } catch let error as HTTPCallError {
      throw FileError(
        path: name, reason: "it changed while it was sent: \(error.message)\n  send it again once it is whole")
    }
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
    let meter = ProgressMeter("waiting", unit: .rows, on: showsProgress ? .errors : nil)
    defer { meter.clear() }
    while true {
      let status = try await client.patiently(for: patience) {
        try await self.status(feedID)
      } meanwhile: { reason in
        meter.say("trying again: \(reason)")
      }
      if status["completedAt"] != nil { return status }
      let received = status["itemsReceived"]?.int64 ?? 0
      let done = received - (status["itemsProcessing"]?.int64 ?? 0)
      meter.report(Int(done), of: Int(received), title: status["feedStatus"]?.string ?? "?")
      try await Task.sleep(for: .milliseconds(200))
    }
  }

  /// Fetches the merchant's file with what became of each row.
  /// - Parameters:
  ///   - onlyFailed: leave out the rows that are in order.
  ///   - path: where it goes; `-` is the standard output.
  func fetchErrors(_ feedID: String, onlyFailed: Bool, to path: String) async throws {
    let meter = ProgressMeter("fetching", unit: .bytes)
    defer { meter.clear() }
    let output = try OutputFile(path)
    let taken = Atomic(0)
    let failure: any Error
    do {
      _ = try await client.send(
        "GET", "/v1/feeds/\(HTTPRequest.percentEncoded(feedID))/errors?rows=\(onlyFailed ? "failed" : "all")",
        timeout: .seconds(3_600)
      ) { request in
        request.maxBodyBytes = .max
        request.onBody = { piece in
          meter.report(taken.add(piece.count, ordering: .relaxed).newValue)
          return output.write(piece)
        }
      }
      return try output.finish()
    } catch {
      failure = error
    }
    // A full disk ends the call, and is the reason.
    throw output.failure ?? failure
  }
}

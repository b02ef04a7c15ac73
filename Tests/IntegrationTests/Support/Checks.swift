import HTTPCaller
import JSONCodec
import TestKit
import Testing
import TrialRun

/// Checks that the systems hold what they should, and that nothing reached them that is none of a delivery or too old.
func expectSound(
  _ stand: TrialStand, _ expectations: TrialExpectation..., location: SourceLocation = #_sourceLocation
) async throws {
  for expectation in expectations {
    let differences = try await stand.differences(from: expectation)
    #expect(differences == [], sourceLocation: location)
  }
  for system in TrialExpectation.systems {
    let statistics = try await stand.statistics(of: system)
    #expect(statistics["violations"] == 0, "\(system)", sourceLocation: location)
    #expect(statistics["malformed"] == 0, "\(system)", sourceLocation: location)
  }
}

extension TrialStand {
  /// Waits until the systems hold what they should.
  func waitFor(_ expectation: TrialExpectation, within limit: Duration = patience) async throws {
    var differences: [String] = []
    let end = ContinuousClock.now + limit
    repeat {
      differences = try await self.differences(from: expectation)
      if differences.isEmpty { return }
      try await Task.sleep(for: .milliseconds(100))
    } while ContinuousClock.now < end
    throw TestKitError(message: "after \(limit):\n\(differences.joined(separator: "\n"))")
  }

  /// Keeps the feed of a grid from ending, so that a fault strikes in the middle of it, however fast it goes on or is
  /// caught up with: the supplier says nothing of the last fifth of the items until `letEnd`. Pricing is slow besides,
  /// so that much is under way then: some 200 items a second.
  func keepFromEnding(_ grid: TrialGrid) async throws {
    try await setBehaviour(of: "pricing", #"{"kind":"slow","latencyMs":300}"#)
    let last = TrialGrid.gtin(grid.first + grid.items * 4 / 5)
    try await setBehaviour(of: "supplier", #"{"kind":"holdAck","fromGtin":"\#(last)"}"#)
  }

  /// Ends what `keepFromEnding` began.
  func letEnd() async throws {
    for system in ["pricing", "supplier"] { try await setBehaviour(of: system, "[]") }
  }

  /// Waits until a part of the feed's rows have ended, and checks that others have not.
  func waitForPart(_ percent: Int64, of feed: String, within limit: Duration = patience) async throws {
    var status = try await status(of: feed)
    func count(_ name: String) -> Int64 { status[name]?.int64 ?? 0 }
    try await eventually(within: limit, "\(percent) percent of the feed") {
      // Looked at while the service is on its way up or down, there may be no answer.
      if let answer = try? await self.status(of: feed) { status = answer }
      let ended = count("itemsSucceeded") + count("itemsFailed")
      return count("itemsReceived") > 0 && ended * 100 >= count("itemsReceived") * percent && ended > 0
    }
    try #require(status["completedAt"] == nil, "the feed ended before it could be disturbed")
  }

  /// The feed's rows with a status.
  func rows(of feed: String, _ status: String, merchant: String = "acme") async throws -> [JSONValue] {
    let answer = try await call("GET", "/v1/feeds/\(feed)/items?status=\(status)&limit=1000", merchant: merchant)
    return try #require(try JSONDocument(answer.body).root["items"]).elements.map { $0 }
  }

  /// Sends a price once.
  /// - Returns: the HTTP status.
  func putPrice(_ gtin: String, cents: Int, merchant: String = "acme") async throws -> Int {
    let body = #"{"price":{"currencyAmount":\#(TrialGrid.dollars(cents)),"currencyUnit":"USD"}}"#
    return try await call("PUT", "/v1/prices/\(gtin)", body: Array(body.utf8), merchant: merchant).status
  }
}

extension HTTPResponse {
  /// The stable code of an error.
  var code: String? { (try? JSONDocument(body))?.root["code"]?.string }
}

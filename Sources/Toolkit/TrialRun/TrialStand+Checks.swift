internal import HTTPCaller
public import JSONCodec

extension TrialStand {
  /// What a reference system holds: by GTIN-14, the snippet and how often it was accepted, repeated and refused.
  public struct Holding: Sendable {
    public let version: Int64
    public let snippet: JSONValue
    /// When that version was accepted, by the system's clock: RFC 3339 with six decimals, so that texts compare.
    public let acceptedAt: String
    /// Deliveries that were taken, each under a version of its own.
    public let accepted: Int64
    /// Deliveries of a version that was held already.
    public let repeated: Int64
    /// Deliveries of an older version, refused.
    public let older: Int64
  }

  /// Everything that a reference system holds, by GTIN-14.
  public func holdings(of system: String) async throws -> [String: Holding] {
    let answer = try await request("GET", try address(of: system) + "/dump")
    guard answer.status == 200 else { throw TrialError("\(system) gives no dump: HTTP \(answer.status)") }
    var holdings: [String: Holding] = [:]
    for line in answer.body.split(separator: 0x0A) {
      let root = try JSONDocument(Array(line)).root
      guard let gtin = root["gtin"]?.string, let snippet = root["snippet"] else { continue }
      holdings[gtin] = Holding(
        version: root["version"]?.int64 ?? 0, snippet: snippet, acceptedAt: root["acceptedAt"]?.string ?? "",
        accepted: root["accepted"]?.int64 ?? 0,
        repeated: root["repeated"]?.int64 ?? 0, older: root["older"]?.int64 ?? 0)
    }
    return holdings
  }

  /// Compares what the systems hold with what they should, value for value.
  /// - Returns: sentences about what differs, at most twenty for each system; empty when all is right.
  public func differences(from expectation: TrialExpectation) async throws -> [String] {
    var differences: [String] = []
    for system in TrialExpectation.systems {
      let holdings = try await holdings(of: system)
      var own: [String] = []
      for item in expectation.grid.first..<(expectation.grid.first + expectation.grid.items) {
        let gtin = TrialGrid.gtin(item)
        guard let held = holdings[gtin] else {
          own.append("\(system) holds nothing of \(gtin)")
          continue
        }
        var (expected, found): ([UInt8], [UInt8]) = ([], [])
        try JSONDocument(expectation.snippet(system, item)).root.appendCanonical(to: &expected)
        held.snippet.appendCanonical(to: &found)
        if expected != found {
          own.append(
            "\(system), \(gtin): holds \(String(decoding: found, as: UTF8.self)), should "
              + String(decoding: expected, as: UTF8.self))
        }
      }
      differences += own.prefix(20)
    }
    return differences
  }

  /// A reference system's counts: `deliveries`, `accepted`, `repeated`, `older`, `violations`, ….
  public func statistics(of system: String) async throws -> [String: Int64] {
    let answer = try await request("GET", try address(of: system) + "/stats")
    let root = try JSONDocument(answer.body).root
    return Dictionary(root.members.compactMap { member in member.value.int64.map { (member.name, $0) } }) { $1 }
  }

  /// Tells a reference system how to behave; an empty list ends all misbehaviour.
  public func setBehaviour(of system: String, _ rules: String) async throws {
    let answer = try await request(
      "POST", try address(of: system) + "/behaviour", body: Array(rules.utf8),
      headers: [("Content-Type", "application/json")])
    guard (200..<300).contains(answer.status) else {
      throw TrialError("\(system) refuses the behaviour: \(String(decoding: answer.body, as: UTF8.self))")
    }
  }

  // MARK: Feeds

  /// Submits a grid and returns the feed's id.
  public func submit(
    _ grid: [UInt8], merchant: String = "acme", spec: String = "cost", query: String = ""
  ) async throws -> String {
    let answer = try await call(
      "POST", "/v1/feeds?spec=\(spec)\(query)", body: grid, headers: [("Content-Type", "text/csv")], merchant: merchant)
    guard answer.status == 202, let feed = try JSONDocument(answer.body).root["feedId"]?.string else {
      throw TrialError("the grid was refused: HTTP \(answer.status) \(String(decoding: answer.body, as: UTF8.self))")
    }
    return feed
  }

  public func status(of feed: String, merchant: String = "acme") async throws -> JSONValue {
    let answer = try await call("GET", "/v1/feeds/\(feed)", merchant: merchant)
    guard answer.status == 200 else { throw TrialError("no status of \(feed): HTTP \(answer.status)") }
    return try JSONDocument(answer.body).root
  }

  /// Waits until the feed has ended, through restarts of the service, and checks its counts at every look.
  /// - Throws: `TrialError` when it does not end in time, or when its counts do not add up.
  @discardableResult
  public func waitForFeed(
    _ feed: String, merchant: String = "acme", within limit: Duration = TrialStand.patience
  ) async throws -> JSONValue {
    let end = ContinuousClock.now + limit
    var last = "no answer"
    while ContinuousClock.now < end {
      // While the service is down there is nothing to look at.
      if let status = try? await status(of: feed, merchant: merchant) {
        func count(_ name: String) -> Int64 { status[name]?.int64 ?? -1 }
        last = String(decoding: status.rawBytes, as: UTF8.self)
        let hasEnded = status["completedAt"] != nil
        // Rows and systems are counted apart, so each is compared with the items.
        let systems = (status["systems"]?.members.map { $0.value } ?? []).map { system in
          ["delivered", "pending", "failed", "avoided"].map { system[$0]?.int64 ?? -1 }
        }
        guard
          count("itemsProcessing") >= 0, count("itemsSucceeded") >= 0, count("itemsFailed") >= 0,
          systems.allSatisfy({ system in
            let sum = system.reduce(0, +)
            return system.allSatisfy { $0 >= 0 }
              && (hasEnded ? sum == count("distinctItems") : sum <= count("distinctItems"))
          })
        else { throw TrialError("the feed's counts do not add up: \(last)") }
        if hasEnded {
          let isPending = count("itemsProcessing") > 0 || status["systems"] == nil || systems.contains { $0[1] > 0 }
          guard !isPending else { throw TrialError("the feed has ended, and systems' parts of it have not: \(last)") }
          return status
        }
      }
      try await Task.sleep(for: .milliseconds(100))
    }
    throw TrialError("the feed did not end in time: \(last)")
  }
}

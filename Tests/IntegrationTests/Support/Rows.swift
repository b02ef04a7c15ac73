import HTTPCaller
import JSONCodec
import TestKit
import Testing
import TrialRun

/// Checks an ended feed's counts against its rows, each as its own page shows it.
func expectRows(
  _ stand: TrialStand, of status: JSONValue, are rows: Int, merchant: String = "acme",
  location: SourceLocation = #_sourceLocation
) async throws {
  let feed = try #require(status["feedId"]?.string)
  var byStatus: [String: Int64] = [:]
  var cursor = ""
  repeat {
    let answer = try await stand.call("GET", "/v1/feeds/\(feed)/items?limit=1000\(cursor)", merchant: merchant)
    let page = try JSONDocument(answer.body).root
    for item in try #require(page["items"]).elements {
      byStatus[item["ingestionStatus"]?.string ?? "", default: 0] += 1
    }
    cursor = page["nextCursor"]?.string.map { "&cursor=\($0)" } ?? ""
  } while !cursor.isEmpty
  let total = byStatus.values.reduce(0, +)
  #expect(total == Int64(rows), "\(byStatus)", sourceLocation: location)
  #expect(status["itemsReceived"]?.int64 == total, "\(byStatus)", sourceLocation: location)
  #expect(status["itemsSucceeded"]?.int64 == byStatus["SUCCESS"] ?? 0, "\(byStatus)", sourceLocation: location)
  let failed = ["DATA_ERROR", "SYSTEM_ERROR", "TIMEOUT_ERROR"].reduce(0) { $0 + (byStatus[$1] ?? 0) }
  #expect(status["itemsFailed"]?.int64 == failed, "\(byStatus)", sourceLocation: location)
  #expect(byStatus["INPROGRESS"] == nil, "\(byStatus)", sourceLocation: location)
}

import Crypto
import ItemModel
import SystemsFile
import Telemetry
import Testing

/// An item's message for some systems; each digest is that of the system's name.
func laneMessage(
  _ systems: [String], gtin: String = "00062145556123", version: Int64 = 7, lane: Lane = .setup, lease: Int64 = 1,
  attributes: String = #"{"cost":{"a":1},"pricing":{"price":5}}"#, correlationID: String = "corr-1",
  setupID: String? = nil
) throws -> LaneMessage {
  LaneMessage(
    setupID: setupID ?? "setup-\(gtin)-\(version)", key: try key(gtin), gtin: gtin, version: version, lane: lane,
    lease: lease,
    correlationID: correlationID, since: Instant(microseconds: Timestamp.now.microseconds),
    systems: systems.map { ($0, Digest(sha256: Array($0.utf8))) }, attributes: try Attributes(Array(attributes.utf8)))
}

func key(_ gtin: String) throws -> ItemKey {
  ItemKey(merchant: try #require(MerchantID("m-1")), gtin: try GTIN(submitted: gtin))
}

/// A GTIN for each number.
func gtin(_ number: Int) -> String {
  let digits = String(number)
  return String(repeating: "0", count: 14 - digits.count) + digits
}

func graph(_ yaml: String) throws -> SystemGraph {
  try SystemsFile.read(Array(yaml.utf8), file: "test.yaml", environment: [:]).graph
}

public import Telemetry

/// What a system holds of one item: the newest version that it accepted.
public struct HeldSnippet: Sendable {
  public internal(set) var version: Int64
  /// The snippet's bytes as they came.
  public internal(set) var body: [UInt8]
  public internal(set) var acceptedAt: Timestamp
  /// How many versions were accepted.
  public internal(set) var accepted: UInt32
  /// How often a version came again while it was held.
  public internal(set) var repeated: UInt32
  /// How often an older version came.
  public internal(set) var older: UInt32
}

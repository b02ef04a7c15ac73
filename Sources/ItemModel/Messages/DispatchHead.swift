internal import JSONCodec

/// A message about one dispatch of an item.
public protocol DispatchMessage: Sendable {
  var head: DispatchHead { get }
}

extension DispatchMessage {
  public var setupID: String { head.setupID }
  public var key: ItemKey { head.key }
  /// As submitted.
  public var gtin: String { head.gtin }
  public var version: Int64 { head.version }
  public var lane: Lane { head.lane }
  /// The right to report this dispatch's outcome.
  public var lease: Int64 { head.lease }
  public var correlationID: String { head.correlationID }
}

/// What a lane's message and its outcome say alike: which dispatch of which item they are about.
public struct DispatchHead: Sendable {
  let setupID: String
  let key: ItemKey
  let gtin: String
  let version: Int64
  let lane: Lane
  let lease: Int64
  let correlationID: String

  init(
    setupID: String, key: ItemKey, gtin: String, version: Int64, lane: Lane, lease: Int64, correlationID: String
  ) {
    self.setupID = setupID
    self.key = key
    self.gtin = gtin
    self.version = version
    self.lane = lane
    self.lease = lease
    self.correlationID = CorrelationID.fit(correlationID)
  }

  /// Reads what `write` writes.
  init(_ root: JSONValue) throws(MessageError) {
    (key, gtin) = try root.itemIdentity()
    setupID = try root.requiredText("setupId")
    version = try root.requiredInteger("version")
    lease = try root.requiredInteger("lease")
    correlationID = root.correlationID ?? ""
    guard let lane = Lane(name: try root.requiredText("lane")) else { throw MessageError("“lane” is unknown") }
    self.lane = lane
  }

  /// Writes its members into an object that was begun.
  func write(to writer: inout JSONWriter) {
    writer.field("setupId", setupID)
    writer.field("merchantId", key.merchant.text)
    writer.field("gtin", gtin)
    writer.field("version", version)
    writer.field("lane", lane.name)
    writer.field("lease", lease)
    writer.field("correlationId", correlationID)
  }
}

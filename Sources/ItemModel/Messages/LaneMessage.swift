public import Crypto
internal import JSONCodec

/// One version of an item on its way to some systems: topics `lane-*`.
public struct LaneMessage: Sendable {
  public let setupID: String
  public let key: ItemKey
  /// As submitted.
  public let gtin: String
  public let version: Int64
  public let lane: Lane
  /// The right to report this dispatch's outcome.
  public let lease: Int64
  public let correlationID: String
  /// When the version's first attempt was dispatched.
  public let since: Instant
  public let systems: [(name: String, digest: Digest)]
  /// Every group that the listed systems' templates read.
  public let attributes: Attributes

  public init(
    setupID: String, key: ItemKey, gtin: String, version: Int64, lane: Lane, lease: Int64, correlationID: String,
    since: Instant, systems: [(name: String, digest: Digest)], attributes: Attributes
  ) {
    self.setupID = setupID
    self.key = key
    self.gtin = gtin
    self.version = version
    self.lane = lane
    self.lease = lease
    self.correlationID = correlationID
    self.since = since
    self.systems = systems
    self.attributes = attributes
  }

  /// Reads what `encode` writes.
  public init(_ bytes: [UInt8]) throws(MessageError) {
    let root = try JSONValue.document(bytes)
    (key, gtin) = try root.itemIdentity()
    setupID = try root.requiredText("setupId")
    version = try root.requiredInteger("version")
    lease = try root.requiredInteger("lease")
    correlationID = try root.requiredText("correlationId")
    guard let lane = Lane(name: try root.requiredText("lane")) else { throw MessageError("“lane” is unknown") }
    self.lane = lane
    since = Instant(microseconds: root["sinceMicros"]?.int64 ?? version)
    guard let listed = root["systems"], listed.kind == .object, let attributes = root["attributes"] else {
      throw MessageError("“systems” or “attributes” is missing")
    }
    var systems: [(name: String, digest: Digest)] = []
    for member in listed.members {
      guard let digest = Digest(hex: try member.value.requiredText("digest")) else {
        throw MessageError("“digest” of \(member.name) is unreadable")
      }
      systems.append((member.name, digest))
    }
    self.systems = systems
    self.attributes = try Attributes(attributes)
  }

  /// The message with `groups` of the item's attributes.
  public func encode(groups: AttributeGroups) -> [UInt8] {
    var writer = JSONWriter(capacity: 384 + attributes.bytes.count)
    writer.beginObject()
    writer.field("setupId", setupID)
    writer.field("merchantId", key.merchant.text)
    writer.field("gtin", gtin)
    writer.field("version", version)
    writer.field("lane", lane.name)
    writer.field("lease", lease)
    writer.field("correlationId", correlationID)
    writer.field("since", since.description)
    writer.field("sinceMicros", since.microseconds)
    writer.name("systems")
    writer.beginObject()
    for system in systems {
      writer.name(system.name)
      writer.beginObject()
      writer.field("digest", system.digest.hex)
      writer.endObject()
    }
    writer.endObject()
    writer.name("attributes")
    var selected: [UInt8] = []
    attributes.append(groups, to: &selected)
    writer.raw(selected)
    writer.endObject()
    return writer.bytes
  }
}

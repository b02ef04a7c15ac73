public import Crypto
internal import JSONCodec

/// One version of an item on its way to some systems: topics `lane-*`.
public struct LaneMessage: DispatchMessage {
  public let head: DispatchHead
  /// When the version's first attempt was dispatched.
  public let since: Instant
  public let systems: [(name: String, digest: Digest)]
  /// Every group that the listed systems' templates read.
  public let attributes: Attributes

  public init(
    setupID: String, key: ItemKey, gtin: String, version: Int64, lane: Lane, lease: Int64, correlationID: String,
    since: Instant, systems: [(name: String, digest: Digest)], attributes: Attributes
  ) {
    head = DispatchHead(
      setupID: setupID, key: key, gtin: gtin, version: version, lane: lane, lease: lease, correlationID: correlationID)
    self.since = since
    self.systems = systems
    self.attributes = attributes
  }

  /// Reads what `encode` writes.
  public init(_ bytes: [UInt8]) throws(MessageError) {
    let root = try JSONValue.document(bytes)
    head = try DispatchHead(root)
    since = Instant(microseconds: root["sinceMicros"]?.int64 ?? head.version)
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
    head.write(to: &writer)
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

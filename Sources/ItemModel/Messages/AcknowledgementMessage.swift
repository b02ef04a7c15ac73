internal import JSONCodec

/// The name of a delivery, the same on every retry: `merchant/gtin14/system/version`.
public struct DeliveryID: Hashable, Sendable, CustomStringConvertible {
  public let key: ItemKey
  public let system: String
  public let version: Int64

  public init(key: ItemKey, system: String, version: Int64) {
    self.key = key
    self.system = system
    self.version = version
  }

  public init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 4, let key = ItemKey(messageKey: Array("\(parts[0])/\(parts[1])".utf8)), !parts[2].isEmpty,
      let version = Int64(parts[3]), version > 0
    else { return nil }
    self.init(key: key, system: String(parts[2]), version: version)
  }

  public var description: String { "\(key)/\(system)/\(version)" }
}

/// A Kafka system's own answer: topic `acks`.
public struct AcknowledgementMessage: Sendable {
  public let delivery: DeliveryID
  public let isAccepted: Bool
  public let code: String?
  public let explanation: String?

  /// Reads `{"deliveryId","correlationId","system","status","code","description"}`.
  public init(_ bytes: [UInt8]) throws(MessageError) {
    let root = try JSONValue.document(bytes)
    guard let delivery = DeliveryID(try root.requiredText("deliveryId")) else {
      throw MessageError("“deliveryId” is not merchant/gtin14/system/version")
    }
    self.delivery = delivery
    switch try root.requiredText("status") {
    case "ACCEPTED": isAccepted = true
    case "REJECTED": isAccepted = false
    case let other: throw MessageError("“status” is \(other), neither ACCEPTED nor REJECTED")
    }
    code = root["code"]?.string
    explanation = root["description"]?.string
  }

  public static func encode(
    deliveryID: String, correlationID: String, system: String, isAccepted: Bool, code: String?, description: String?
  ) -> [UInt8] {
    var writer = JSONWriter()
    writer.beginObject()
    writer.field("deliveryId", deliveryID)
    writer.field("correlationId", correlationID)
    writer.field("system", system)
    writer.field("status", isAccepted ? "ACCEPTED" : "REJECTED")
    if let code { writer.field("code", code) }
    if let description { writer.field("description", description) }
    writer.endObject()
    return writer.bytes
  }
}

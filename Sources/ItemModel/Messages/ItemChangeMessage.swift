public import JSONCodec

/// A change of an item on its way in: topic `item-setup`.
public struct ItemSetupMessage: Sendable {
  public let key: ItemKey
  public let gtin: String
  /// An object of groups.
  public let attributes: JSONValue
  public let source: String?
  public let correlationID: String?

  /// Reads `{"merchantId","gtin","attributes","source","correlationId","occurredAt"}`; the first three are enough.
  public init(_ bytes: [UInt8]) throws(MessageError) {
    let root = try JSONValue.document(bytes)
    (key, gtin) = try root.itemIdentity()
    guard let attributes = root["attributes"], attributes.kind == .object else {
      throw MessageError("“attributes” is missing, or no object")
    }
    self.attributes = attributes
    source = root["source"]?.string
    correlationID = root.correlationID
  }
}

/// A price on its way in: topic `price-updates`.
public struct PriceUpdateMessage: Sendable {
  public let updateID: String
  public let key: ItemKey
  public let gtin: String
  /// `{"pricing":{"price":…}}`.
  public let attributes: JSONValue
  public let correlationID: String?

  /// Reads `{"updateId","merchantId","gtin","price","correlationId","acceptedAt"}`.
  public init(_ bytes: [UInt8]) throws(MessageError) {
    let root = try JSONValue.document(bytes)
    (key, gtin) = try root.itemIdentity()
    updateID = try root.requiredText("updateId")
    correlationID = root.correlationID
    guard let price = root["price"] else { throw MessageError("“price” is missing") }
    var writer = JSONWriter()
    writer.beginObject()
    writer.name("pricing")
    writer.beginObject()
    writer.name("price")
    writer.value(price)
    writer.endObject()
    writer.endObject()
    attributes = try JSONValue.document(writer.bytes)
  }

  /// Writes the message that the initialiser reads.
  public static func encode(
    updateID: String, merchant: MerchantID, gtin: String, price: Money, correlationID: String, acceptedAt: Instant
  ) -> [UInt8] {
    var writer = JSONWriter()
    writer.beginObject()
    writer.field("updateId", updateID)
    writer.field("merchantId", merchant.text)
    writer.field("gtin", gtin)
    writer.name("price")
    var money: [UInt8] = []
    price.append(to: &money)
    writer.raw(money)
    writer.field("correlationId", correlationID)
    writer.field("acceptedAt", acceptedAt.description)
    writer.endObject()
    return writer.bytes
  }
}

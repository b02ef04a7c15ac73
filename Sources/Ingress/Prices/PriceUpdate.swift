internal import ItemModel
internal import JSONCodec
internal import KafkaClient
internal import Telemetry

/// A price that was submitted, and is sound.
struct PriceUpdate {
  let key: ItemKey
  /// As submitted.
  let gtin: String
  let price: Money

  /// Reads `{"price":{…}}`.
  init(gtin: String, body: [UInt8], merchant: MerchantID) throws(Problem) {
    let root = try PriceUpdate.object(body)
    key = ItemKey(merchant: merchant, gtin: try PriceUpdate.gtin(gtin))
    self.gtin = gtin
    price = try PriceUpdate.price(root)
  }

  /// Reads `{"gtin":"…","price":{…}}`.
  init(line: [UInt8], merchant: MerchantID) throws(Problem) {
    let root = try PriceUpdate.object(line)
    guard let gtin = root["gtin"]?.string else {
      throw Problem(400, "invalid_gtin", "“gtin” is missing, or no text", "Write it in quotes.", field: "gtin")
    }
    key = ItemKey(merchant: merchant, gtin: try PriceUpdate.gtin(gtin))
    self.gtin = gtin
    price = try PriceUpdate.price(root)
  }

  func record(topic: String, updateID: String, correlationID: String) -> KafkaRecord {
    KafkaRecord(
      topic: topic, key: key.messageKey,
      value: PriceUpdateMessage.encode(
        updateID: updateID, merchant: key.merchant, gtin: gtin, price: price, correlationID: correlationID,
        acceptedAt: Instant(microseconds: Timestamp.now.microseconds)))
  }

  /// Where to see what became of it: the item's state.
  var href: String { "/v1/items/\(gtin)/state" }

  private static func object(_ bytes: [UInt8]) throws(Problem) -> JSONValue {
    let document: JSONDocument
    do throws(JSONError) {
      document = try JSONDocument(bytes)
    } catch {
      throw Problem(400, "bad_json", "The body is not valid JSON", "\(error.message), at byte \(error.offset).")
    }
    guard document.root.kind == .object else {
      throw Problem(400, "bad_json", "The body is not a JSON object", hint)
    }
    return document.root
  }

  private static func gtin(_ text: String) throws(Problem) -> GTIN {
    do throws(GTINError) {
      return try GTIN(submitted: text)
    } catch {
      throw Problem(400, "invalid_gtin", "This is not a GTIN", "\(error).", field: "gtin")
    }
  }

  private static func price(_ root: JSONValue) throws(Problem) -> Money {
    guard let value = root["price"] else {
      throw Problem(422, "missing_price", "“price” is missing", hint, field: "price")
    }
    do throws(MoneyError) {
      return try Money(value)
    } catch {
      let text = String(decoding: value.rawBytes.prefix(200), as: UTF8.self)
      throw Problem(.money(error, field: "price", value: text), status: 422)
    }
  }

  private static let hint = #"Write {"price":{"currencyAmount":39.88,"currencyUnit":"USD"}}."#
}

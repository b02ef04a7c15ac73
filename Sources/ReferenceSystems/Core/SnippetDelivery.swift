public import ItemModel

/// One snippet as it reaches a system: which item, which version, and the bytes to keep.
public struct SnippetDelivery: Sendable {
  public let item: ItemKey
  public let version: Int64
  public let body: [UInt8]

  public init(item: ItemKey, version: Int64, body: [UInt8]) {
    self.item = item
    self.version = version
    self.body = body
  }

  /// Takes a delivery by what its headers say, which must agree with each other.
  ///
  /// - Parameters:
  ///   - system: the receiver, as the third part of the key has to name it.
  ///   - key: `merchant/gtin14/system/version`.
  ///   - gtin: 14 digits.
  init(
    system: String, key: String?, merchant: String?, gtin: String?, version: String?, body: [UInt8]
  ) throws(DeliveryFault) {
    guard let key else { throw DeliveryFault("key_missing", "no Idempotency-Key") }
    guard let merchant, let gtin, let version else {
      throw DeliveryFault("header_missing", "X-Merchant-Id, X-Gtin and X-Item-Version are all needed")
    }
    guard gtin.utf8.count == 14 else { throw DeliveryFault("header_malformed", "X-Gtin has no 14 digits") }
    guard let number = Int64(version) else { throw DeliveryFault("header_malformed", "X-Item-Version is no number") }
    try self.init(system: system, key: key, merchant: merchant, gtin: gtin, version: number, body: body)
  }

  /// Takes a delivery by the members of a batch's entry. The GTIN may come as submitted.
  init(
    system: String, key: String, merchant: String, gtin: String, version: Int64, body: [UInt8]
  ) throws(DeliveryFault) {
    guard let merchant = MerchantID(merchant) else { throw DeliveryFault("header_malformed", "no merchant's id") }
    let number: GTIN
    do {
      number = try GTIN(submitted: gtin)
    } catch {
      throw DeliveryFault("header_malformed", "no GTIN: \(error)")
    }
    guard version > 0 else { throw DeliveryFault("header_malformed", "the version is not above zero") }
    guard !body.isEmpty else { throw DeliveryFault("body_missing", "no snippet") }
    let item = ItemKey(merchant: merchant, gtin: number)
    let expected = "\(merchant.text)/\(number.text14)/\(system)/\(version)"
    guard key == expected else { throw DeliveryFault.disagreement(key: key, expected: expected) }
    self.init(item: item, version: version, body: body)
  }
}

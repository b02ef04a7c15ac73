/// A merchant's identifier: 1 to 64 of `A-Z a-z 0-9 . _ -`.
public struct MerchantID: Hashable, Comparable, Sendable, CustomStringConvertible {
  public let text: String

  public init?(_ text: String) {
    guard (1...64).contains(text.utf8.count), text.utf8.allSatisfy(MerchantID.isAllowed) else { return nil }
    self.text = text
  }

  public var description: String { text }

  /// Bytewise, which is how the database (collation C) orders them too.
  public static func < (one: MerchantID, other: MerchantID) -> Bool {
    one.text.utf8.lexicographicallyPrecedes(other.text.utf8)
  }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
    default: false
    }
  }
}

/// An item: one merchant's product.
public struct ItemKey: Hashable, Comparable, Sendable, CustomStringConvertible {
  public let merchant: MerchantID
  public let gtin: GTIN

  public init(merchant: MerchantID, gtin: GTIN) {
    self.merchant = merchant
    self.gtin = gtin
  }

  /// Reads `merchant/gtin14`, the key of every message about the item.
  public init?(messageKey: some Collection<UInt8>) {
    guard let slash = messageKey.firstIndex(of: 0x2F),
      let merchant = MerchantID(String(decoding: messageKey[..<slash], as: UTF8.self)),
      case let digits = messageKey[messageKey.index(after: slash)...], digits.count == 14,
      let gtin = try? GTIN(submitted: digits)
    else { return nil }
    self.init(merchant: merchant, gtin: gtin)
  }

  /// `merchant/gtin14`.
  public var description: String { "\(merchant.text)/\(gtin.text14)" }

  /// The description's bytes: the key of every message about the item.
  public var messageKey: [UInt8] {
    var bytes = [UInt8]()
    bytes.reserveCapacity(merchant.text.utf8.count + 15)
    bytes.append(contentsOf: merchant.text.utf8)
    bytes.append(0x2F)
    bytes.append(contentsOf: gtin.digits14)
    return bytes
  }

  /// By merchant, then number: the order in which rows are locked.
  public static func < (one: ItemKey, other: ItemKey) -> Bool {
    one.merchant == other.merchant ? one.gtin < other.gtin : one.merchant < other.merchant
  }
}

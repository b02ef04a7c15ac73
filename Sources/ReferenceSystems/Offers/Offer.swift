public import ItemModel

/// What the offer look-up was told of one item, of whatever merchant.
public struct Offer: Sendable, Equatable {
  public let gtin: GTIN
  public let offerID: String
  public let upc: String
  /// The type of each ship node, such as `DSV`; it wins over what the node's name gives.
  public let shipNodeTypes: [String: String]

  public init(gtin: GTIN, offerID: String, upc: String, shipNodeTypes: [String: String]) {
    self.gtin = gtin
    self.offerID = offerID
    self.upc = upc
    self.shipNodeTypes = shipNodeTypes
  }

  /// The first item of the seed grid.
  public static var fixture: [Offer] {
    guard let gtin = GTIN(number: 62_145_556_123) else { return [] }
    return [
      Offer(gtin: gtin, offerID: "abcd123ghi5677", upc: "123890123", shipNodeTypes: ["1234589": "DSV"])
    ]
  }
}

internal import ItemModel
internal import JSONCodec

/// What the offer look-up knows of each item: `{"offerId","upc","shipNodeTypes":{node: type}}`.
///
/// Items that it was not told of have an offer too, made from the GTIN: the offer's id is `offer-` and the 14 digits, the
/// UPC the last 12 of them. Every configured ship node is `DSV` when its last digit is odd, else `FC`.
struct OfferCatalogue: Sendable {
  private let listed: [GTIN: Offer]
  private let shipNodes: [String]
  /// The node types of items that are not listed, as JSON: made once, since they are always the same.
  private let commonNodes: [UInt8]

  init(offers: [Offer], shipNodes: [String]) {
    listed = Dictionary(offers.map { ($0.gtin, $0) }) { first, _ in first }
    self.shipNodes = shipNodes
    commonNodes = OfferCatalogue.nodes(shipNodes.map { ($0, OfferCatalogue.type(of: $0)) })
  }

  func answer(_ item: ItemKey) -> [UInt8] {
    if let offer = listed[item.gtin] {
      let own = offer.shipNodeTypes
      let others = shipNodes.filter { own[$0] == nil }.map { ($0, OfferCatalogue.type(of: $0)) }
      let nodes = OfferCatalogue.nodes(own.sorted { $0.key < $1.key }.map { ($0.key, $0.value) } + others)
      return answer(offer.offerID, offer.upc, nodes)
    }
    let digits = item.gtin.text14
    return answer("offer-\(digits)", String(digits.suffix(12)), commonNodes)
  }

  private func answer(_ offerID: String, _ upc: String, _ nodes: [UInt8]) -> [UInt8] {
    var json = JSONWriter(capacity: 96 + nodes.count)
    json.beginObject()
    json.field("offerId", offerID)
    json.field("upc", upc)
    json.name("shipNodeTypes")
    json.raw(nodes)
    json.endObject()
    return json.bytes
  }

  private static func type(of node: String) -> String {
    guard let digit = node.utf8.last, (0x30...0x39).contains(digit) else { return "DSV" }
    return digit % 2 == 1 ? "DSV" : "FC"
  }

  private static func nodes(_ types: [(String, String)]) -> [UInt8] {
    var json = JSONWriter()
    json.beginObject()
    for (node, type) in types { json.field(node, type) }
    json.endObject()
    return json.bytes
  }
}

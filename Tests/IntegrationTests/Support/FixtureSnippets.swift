/// What each system must hold of the grid of two rows, written down by hand.
enum FixtureSnippets {
  static let all: [(system: String, gtin: String, snippet: String)] = [
    (
      "logistics", "00062145556123",
      #"""
      {"logistics":{"logisticsOffer":{"logisticsOfferId":{"gtin":"062145556123","offerId":"abcd123ghi5677","upc":"123890123","offerShipnodes":[{"shipnodeId":"1234589","shipNodeType":"DSV","unitCost":{"currencyAmount":39.88,"currencyUnit":"USD"}}]}}}}
      """#
    ),
    (
      "pricing", "00062145556123",
      #"""
      {"pricing":{"gtin":"062145556123","offerId":"abcd123ghi5677","unitCosts":[{"shipnodeId":"1234589","unitCost":{"currencyAmount":39.88,"currencyUnit":"USD"},"startDate":"2019-04-11","endDate":"2019-04-21"}]}}
      """#
    ),
    (
      "supplier", "00062145556123",
      #"""
      {"supplier":{"gtin":"062145556123","shipnodes":[{"shipnodeId":"1234589","unitCost":{"currencyAmount":39.88,"currencyUnit":"USD"},"startDate":"2019-04-11","endDate":"2019-04-21"}]}}
      """#
    ),
    (
      "cost", "00062145556123",
      #"""
      {"cost":{"gtin":"062145556123","costs":[{"shipnodeId":"1234589","unitCost":{"currencyAmount":39.88,"currencyUnit":"USD"},"othersMayChange":true,"startDate":"2019-04-11","endDate":"2019-04-21"}]}}
      """#
    ),
    // Of the second item the offer system was told nothing: it makes its answer up from the number.
    (
      "logistics", "00012378912355",
      #"""
      {"logistics":{"logisticsOffer":{"logisticsOfferId":{"gtin":"012378912355","offerId":"offer-00012378912355","upc":"012378912355","offerShipnodes":[{"shipnodeId":"4522312","shipNodeType":"FC","unitCost":{"currencyAmount":21.24,"currencyUnit":"USD"}}]}}}}
      """#
    ),
    (
      "pricing", "00012378912355",
      #"""
      {"pricing":{"gtin":"012378912355","offerId":"offer-00012378912355","unitCosts":[{"shipnodeId":"4522312","unitCost":{"currencyAmount":21.24,"currencyUnit":"USD"},"startDate":"2019-04-08","endDate":"2019-04-11"}]}}
      """#
    ),
    (
      "supplier", "00012378912355",
      #"""
      {"supplier":{"gtin":"012378912355","shipnodes":[{"shipnodeId":"4522312","unitCost":{"currencyAmount":21.24,"currencyUnit":"USD"},"startDate":"2019-04-08","endDate":"2019-04-11"}]}}
      """#
    ),
    (
      "cost", "00012378912355",
      #"""
      {"cost":{"gtin":"012378912355","costs":[{"shipnodeId":"4522312","unitCost":{"currencyAmount":21.24,"currencyUnit":"USD"},"othersMayChange":false,"startDate":"2019-04-08","endDate":"2019-04-11"}]}}
      """#
    ),
  ]
}

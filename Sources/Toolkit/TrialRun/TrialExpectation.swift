/// What the systems must hold of a `TrialGrid`, written down by hand rather than by the service's templates.
public struct TrialExpectation: Sendable {
  public let grid: TrialGrid
  /// The price that pricing must hold beside the costs, in cents, by item.
  public var prices: [Int: Int]

  public init(_ grid: TrialGrid, prices: [Int: Int] = [:]) {
    self.grid = grid
    self.prices = prices
  }

  /// The systems that get a part of a grid of costs.
  public static let systems = ["pricing", "supplier", "cost", "logistics"]

  /// The snippet that a system must hold of an item.
  public func snippet(_ system: String, _ item: Int) -> String {
    let gtin = TrialGrid.gtin(item)
    // What the reference offer system says of an item that it was not told of.
    let (offer, upc) = ("offer-\(gtin)", gtin.suffix(12))
    switch system {
    case "pricing":
      let price = prices[item].map { ",\"price\":\(money($0))" } ?? ""
      return "{\"pricing\":{\"gtin\":\"\(gtin)\",\"offerId\":\"\(offer)\",\"unitCosts\":["
        + nodes(item) { node, cost in "{\"shipnodeId\":\"\(node)\",\"unitCost\":\(cost),\(dates)}" } + "]\(price)}}"
    case "supplier":
      return "{\"supplier\":{\"gtin\":\"\(gtin)\",\"shipnodes\":["
        + nodes(item) { node, cost in "{\"shipnodeId\":\"\(node)\",\"unitCost\":\(cost),\(dates)}" } + "]}}"
    case "cost":
      return "{\"cost\":{\"gtin\":\"\(gtin)\",\"costs\":["
        + nodes(item) { node, cost in
          "{\"shipnodeId\":\"\(node)\",\"unitCost\":\(cost),\"othersMayChange\":true,\(dates)}"
        } + "]}}"
    default:
      return "{\"logistics\":{\"logisticsOffer\":{\"logisticsOfferId\":{\"gtin\":\"\(gtin)\",\"offerId\":\"\(offer)\","
        + "\"upc\":\"\(upc)\",\"offerShipnodes\":["
        + nodes(item) { node, cost in
          "{\"shipnodeId\":\"\(node)\",\"shipNodeType\":\"\(nodeType(node))\",\"unitCost\":\(cost)}"
        } + "]}}}}"
    }
  }

  private let dates = "\"startDate\":\"2019-04-11\",\"endDate\":\"2019-04-21\""

  private func nodes(_ item: Int, _ entry: (_ node: String, _ cost: String) -> String) -> String {
    grid.shipNodes(of: item).enumerated().map { entry($1, money(grid.cost(item, $0))) }.joined(separator: ",")
  }

  private func nodeType(_ node: String) -> String { node.last.map { "13579".contains($0) } ?? false ? "DSV" : "FC" }

  private func money(_ cents: Int) -> String {
    "{\"currencyAmount\":\(TrialGrid.dollars(cents)),\"currencyUnit\":\"USD\"}"
  }
}

/// A grid of costs that is made up, the same for the same numbers: so many items, each with so many ship nodes.
public struct TrialGrid: Sendable {
  public let items: Int
  public let nodes: Int
  /// Changes every cost.
  public var seed: Int
  /// The first item's number.
  public let first: Int

  public init(items: Int, nodes: Int, seed: Int = 1, first: Int = 0) {
    self.items = items
    self.nodes = nodes
    self.seed = seed
    self.first = first
  }

  /// The item's GTIN-14, with a right check digit.
  public static func gtin(_ item: Int) -> String {
    let body = 1_000_000_000_000 + item
    var (sum, weight, rest) = (0, 3, body)
    while rest > 0 {
      sum += weight * (rest % 10)
      weight = 4 - weight
      rest /= 10
    }
    return "\(body)\((10 - sum % 10) % 10)"
  }

  /// The ship nodes that made-up grids use; the offer system has to know them.
  public static let shipNodes = (0..<20).map { String(2_000_000 + $0 * 7) }

  /// An item's ship nodes, sorted as text, which is how they are kept.
  public func shipNodes(of item: Int) -> [String] {
    (0..<nodes).map { TrialGrid.shipNodes[(item + $0) % TrialGrid.shipNodes.count] }.sorted()
  }

  /// In cents.
  public func cost(_ item: Int, _ place: Int) -> Int {
    (item * 7_919 + place * 104_729 + seed * 1_299_709) % 99_900 + 100
  }

  public static func dollars(_ cents: Int) -> String {
    "\(cents / 100).\(cents % 100 < 10 ? "0" : "")\(cents % 100)"
  }

  public var rows: Int { items * nodes }

  /// The file, a row for each ship node of each item.
  public func csv() -> [UInt8] {
    var bytes = Array(
      "Item Gtin,Shipnode ID,Unit Cost,Allow other merchants to change cost,Cost Start Date,Cost End Date\n".utf8)
    bytes.reserveCapacity(rows * 64)
    for item in first..<(first + items) {
      let gtin = TrialGrid.gtin(item)
      for (place, node) in shipNodes(of: item).enumerated() {
        bytes += "\(gtin),\(node),$\(TrialGrid.dollars(cost(item, place))),Yes,4-11-19,4-21-19\n".utf8
      }
    }
    return bytes
  }
}

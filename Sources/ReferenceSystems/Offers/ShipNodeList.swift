/// Ship nodes as an operator writes them: names and ranges of numbers, as in `1234589, 1000000-1000099`.
public enum ShipNodeList {
  /// The most nodes that a list may name, since each look-up's answer holds them all.
  public static let limit = 10_000

  /// The nodes, in the order of the text. A range keeps the zeros on the left of its first number.
  /// - Throws: `configuration` for a range that runs backwards, and beyond the limit.
  public static func parse(_ text: String) throws(ReferenceSystemsError) -> [String] {
    var nodes: [String] = []
    for part in text.split(separator: ",") {
      let name = part.drop { $0 == " " }.prefix { $0 != " " }
      guard let range = try range(name) else {
        if !name.isEmpty { nodes.append(String(name)) }
        continue
      }
      guard nodes.count + range.count <= limit else { throw .configuration("more than \(limit) ship nodes") }
      let width = name.prefix { $0 != "-" }.count
      for number in range {
        let digits = String(number)
        nodes.append(String(repeating: "0", count: max(0, width - digits.count)) + digits)
      }
    }
    guard nodes.count <= limit else { throw .configuration("more than \(limit) ship nodes") }
    return nodes
  }

  /// The numbers of `first-last`; nil for a single name.
  private static func range(_ name: Substring) throws(ReferenceSystemsError) -> ClosedRange<UInt64>? {
    let ends = name.split(separator: "-", omittingEmptySubsequences: false)
    guard ends.count == 2, let first = UInt64(ends[0]), let last = UInt64(ends[1]) else { return nil }
    guard first <= last, last - first < UInt64(limit) else {
      throw .configuration("the ship nodes \(name) are no range of at most \(limit)")
    }
    return first...last
  }
}

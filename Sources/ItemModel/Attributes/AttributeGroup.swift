/// A part of an item that one kind of change brings and that systems consume as a whole.
public enum AttributeGroup: Int, CaseIterable, Sendable {
  case seller, offer, product, cost, pricing, shipping, logistics

  public init?(name: String) {
    guard let group = AttributeGroup.allCases.first(where: { $0.name == name }) else { return nil }
    self = group
  }

  /// As it stands in messages and templates.
  public var name: String {
    switch self {
    case .seller: "seller"
    case .offer: "offer"
    case .product: "product"
    case .cost: "cost"
    case .pricing: "pricing"
    case .shipping: "shipping"
    case .logistics: "logistics"
    }
  }
}

/// A set of groups.
public struct AttributeGroups: OptionSet, Hashable, Sendable {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }
  public init(_ group: AttributeGroup) { rawValue = 1 << UInt8(group.rawValue) }
  public init(_ groups: some Sequence<AttributeGroup>) {
    self = groups.reduce(into: []) { $0.formUnion(AttributeGroups($1)) }
  }

  public func contains(_ group: AttributeGroup) -> Bool { contains(AttributeGroups(group)) }

  public var groups: [AttributeGroup] { AttributeGroup.allCases.filter { contains($0) } }
}

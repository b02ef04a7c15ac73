/// How large an item may become; beyond it a change is refused as a data error.
public struct ItemLimits: Sendable, Equatable {
  /// Ship node windows of one item.
  public var maxWindows: Int
  /// Bytes of all attributes, as stored.
  public var maxBytes: Int

  public init(maxWindows: Int = 2_000, maxBytes: Int = 512 * 1024) {
    self.maxWindows = maxWindows
    self.maxBytes = maxBytes
  }
}

/// An attribute that may only change together with another: a seller's name never without the seller's id.
public struct CoChangeRule: Sendable, Equatable {
  public let attribute: AttributePath
  public let requires: AttributePath

  public init(attribute: AttributePath, requires: AttributePath) {
    self.attribute = attribute
    self.requires = requires
  }
}

/// An attribute of a group: `seller.name`.
public struct AttributePath: Sendable, Hashable, CustomStringConvertible {
  public let group: AttributeGroup
  public let name: String

  public init(group: AttributeGroup, name: String) {
    self.group = group
    self.name = name
  }

  public var description: String { "\(group.name).\(name)" }
}

/// All mistakes of one change; none of it is applied.
public struct DataErrors: Error, Sendable, Equatable {
  public let errors: [DataError]
  public init(_ errors: [DataError]) { self.errors = errors }
}

/// A column of a grid.
public struct SpecColumn: Sendable {
  /// As the header has it.
  public let name: String
  /// Other names that merchants give it. Case, spaces and punctuation make no difference.
  public let synonyms: [String]
  public let type: ColumnType
  /// Whether every row has to have a value.
  public let isRequired: Bool
  /// Where the value goes in the item, group first; empty for the GTIN, which names the item.
  public let attribute: [String]
  /// What a cell that holds nothing stands for, as it would be written there.
  public let defaultValue: String?
  public let bounds: ColumnBounds
  /// The place of the column whose date this one must not precede.
  public let notBefore: Int?

  /// The attribute as it stands in messages: `cost.shipnodes.unitCost`.
  public var field: String { attribute.isEmpty ? "gtin" : attribute.joined(separator: ".") }
}

/// What a value must keep to.
public struct ColumnBounds: BitwiseCopyable, Sendable, Equatable {
  /// Of a number or an amount, in millionths.
  public var minimumMicros: Int64?
  public var maximumMicros: Int64?
  /// Of text, in characters.
  public var minLength: Int
  public var maxLength: Int
  /// Whether text tells an item's entries apart: it has no line ends in it then, and nothing that is not seen.
  var isKey = false

  public init(
    minimumMicros: Int64? = nil, maximumMicros: Int64? = nil, minLength: Int = 0,
    maxLength: Int = ColumnBounds.longestText
  ) {
    self.minimumMicros = minimumMicros
    self.maximumMicros = maximumMicros
    self.minLength = minLength
    self.maxLength = maxLength
  }

  /// When a spec says nothing else.
  public static let longestText = 4_000
}

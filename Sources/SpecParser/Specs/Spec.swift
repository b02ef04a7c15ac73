public import ItemModel

/// A description of one kind of grid: its columns, how their cells are read, and what a row becomes.
public struct Spec: Sendable {
  public let name: String
  public let title: String
  public let columns: [SpecColumn]
  /// What a wrong check digit of a GTIN is; nil to let it pass in silence.
  public let checkDigit: IssueSeverity?
  /// The list that a row is an entry of, such as `cost.shipnodes`: rows of one item are gathered in it.
  public let list: AttributePath?
  /// The members of an entry that tell it from others: `shipnodeId`, `startDate`.
  public let key: [String]

  /// The place of the column that holds the GTIN.
  let gtinColumn: Int
  /// What a row becomes.
  let row: RowTemplate

  init(
    name: String, title: String, columns: [SpecColumn], checkDigit: IssueSeverity?, list: AttributePath?,
    key: [String], gtinColumn: Int
  ) {
    self.name = name
    self.title = title
    self.columns = columns
    self.checkDigit = checkDigit
    self.list = list
    self.key = key
    self.gtinColumn = gtinColumn
    row = RowTemplate(columns: columns, list: list.map { [$0.group.name, $0.name] } ?? [])
  }
}

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
  /// The least allowed value of a number or an amount, in millionths.
  public let minimumMicros: Int64?
  /// The place of the column whose date this one must not precede.
  public let notBefore: Int?

  /// The attribute as it stands in messages: `cost.shipnodes.unitCost`.
  public var field: String { attribute.isEmpty ? "gtin" : attribute.joined(separator: ".") }
}

/// What the cells of a column are.
public enum ColumnType: Sendable, Equatable {
  /// Digits, kept as text.
  case gtin
  case text(maxLength: Int)
  /// An amount in the currency that the cell names, else in this one.
  case money(currency: String)
  case boolean
  case date(DateFormat)
  case decimal
  case integer
}

/// How dates are read. The order is declared and never guessed: 4-11-19 could be in April or in November.
public struct DateFormat: Sendable, Equatable {
  public enum Order: String, Sendable, CaseIterable {
    case monthFirst = "month-first"
    case dayFirst = "day-first"
    case yearFirst = "year-first"
  }

  public let order: Order
  /// Years of two digits below it are 20xx, the others 19xx.
  public let pivot: Int

  public init(order: Order, pivot: Int) {
    self.order = order
    self.pivot = pivot
  }
}

/// What the cells of a column are.
public indirect enum ColumnType: Sendable, Equatable {
  /// Digits, kept as text.
  case gtin
  case text
  /// An amount in the currency that the cell names, else in this one.
  case money(currency: String)
  case boolean
  case date(DateFormat)
  case decimal
  case integer
  case enumeration(Enumeration)
  /// Values in one cell, divided by a character.
  case list(separator: UInt8, of: ColumnType)

  /// As specs have it.
  public var name: String {
    switch self {
    case .gtin: "gtin"
    case .text: "text"
    case .money: "money"
    case .boolean: "boolean"
    case .date: "date"
    case .decimal: "decimal"
    case .integer: "integer"
    case .enumeration: "enumeration"
    case .list: "list"
    }
  }
}

extension ColumnType {
  /// The order of its dates that the spec declares; nil where it has none, or leaves it to the file.
  var declaredOrder: DateFormat.Order? {
    switch self {
    case .date(let format): format.order == .infer ? nil : format.order
    case .list(_, let item): item.declaredOrder
    default: nil
    }
  }
}

/// How dates are read. The order of a cell is never guessed: 4-11-19 could be in April or in November.
public struct DateFormat: Sendable, Equatable {
  public enum Order: String, Sendable, BitwiseCopyable, CaseIterable {
    case monthFirst = "month-first"
    case dayFirst = "day-first"
    case yearFirst = "year-first"
    /// Month or day first: all of the file's dates together decide, in a pass of their own.
    case infer

    /// As a sentence has it.
    var words: String { rawValue.replacing("-", with: " ") }
  }

  public let order: Order
  /// Years of two digits below it are 20xx, the others 19xx.
  public let pivot: Int

  public init(order: Order, pivot: Int) {
    self.order = order
    self.pivot = pivot
  }
}

public import ItemModel

/// A description of one kind of grid: its columns, how their cells are read, and what a row becomes.
public struct Spec: Sendable {
  public let name: String
  /// Rises when a grid that was good might not be any more.
  public let version: Int
  /// Why it is not used any more, and what is instead; nil while it is.
  public let retired: String?
  public let title: String
  public let columns: [SpecColumn]
  /// What a wrong check digit of a GTIN is; nil to let it pass in silence.
  public let checkDigit: IssueSeverity?
  /// The list that a row is an entry of, such as `cost.shipnodes`: rows of one item are gathered in it.
  public let list: AttributePath?
  /// The members of an entry that tell it from others: `shipnodeId`, `startDate`.
  public let key: [String]
  /// The columns of an entry's first and last day.
  public let window: SpecWindow?
  /// What must hold between columns.
  public let checks: [SpecCheck]
  /// What divides the cells of a CSV file; nil to see it from the file.
  public let delimiter: UInt8?

  /// The place of the column that holds the GTIN.
  let gtinColumn: Int
  /// The columns' places by their names and synonyms, as `FeedHeader.key` has them.
  let columnsByKey: [String: Int]
  /// Of the same names.
  let nameFilter: NameFilter
  /// What a row becomes.
  let program: RowProgram
  /// The columns of `key`, the window's start left out.
  let keyColumns: [Int]

  /// The name that a spec's version goes by: `cost@2`.
  public var identifier: String { Spec.identifier(name, version: version) }

  static func identifier(_ name: String, version: Int) -> String { "\(name)@\(version)" }

  init(
    name: String, version: Int, retired: String?, title: String, columns: [SpecColumn], checkDigit: IssueSeverity?,
    list: AttributePath?, key: [String], window: SpecWindow?, checks: [SpecCheck], delimiter: UInt8?, gtinColumn: Int
  ) {
    self.name = name
    self.version = version
    self.retired = retired
    self.title = title
    self.columns = columns
    self.checkDigit = checkDigit
    self.list = list
    self.key = key
    self.window = window
    self.checks = checks
    self.delimiter = delimiter
    self.gtinColumn = gtinColumn
    let keys = columns.enumerated().flatMap { place, column in
      ([column.name] + column.synonyms).map { (FeedHeader.key($0), place) }
    }
    columnsByKey = Dictionary(keys) { first, _ in first }
    nameFilter = NameFilter(columnsByKey.keys)
    let path = list.map { [$0.group.name, $0.name] } ?? []
    program = RowProgram(columns: columns, list: path)
    keyColumns = columns.indices.filter { index in
      index != window?.start && columns[index].attribute.count == 3 && columns[index].attribute.starts(with: path)
        && key.contains(columns[index].attribute[2])
    }
  }
}

/// The columns of a row's first and last day, both inclusive.
public struct SpecWindow: Sendable, Equatable {
  public let start: Int
  public let end: Int
}

/// What must hold between two columns of a row.
public struct SpecCheck: Sendable, Equatable {
  public enum Rule: Sendable, Equatable {
    /// The column's date is not before this one's.
    case notBefore(Int)
    /// A row with a value in the column has one in this one too.
    case requires(Int)
  }

  public let column: Int
  public let rule: Rule

  var isOfItself: Bool {
    switch rule {
    case .notBefore(let other), .requires(let other): other == column
    }
  }
}

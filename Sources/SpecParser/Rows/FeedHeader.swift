/// Which cell of a row belongs to which column of the spec.
public struct FeedHeader: Sendable, Equatable {
  /// The header's row number.
  public let line: Int
  /// All cells of the header, cut to a readable length: each issue carries one.
  public let names: [String]
  /// The cell of each of the spec's columns; nil for an optional one that the file does not have.
  public let cells: [Int?]
  /// What a column's cells are by its name here: amounts in a currency, dates in another order than the spec's. Nil where
  /// the name does not say.
  let types: [ColumnType?]
  /// A column that the spec does not know, with the currency of each row's amounts.
  let currencyCell: Int?

  /// The names that the spec does not know: their cells are not read.
  public var ignored: [String] {
    names.enumerated().filter { !$1.isEmpty && !cells.contains($0) && $0 != currencyCell }.map(\.element)
  }

  /// Cells up to the last one that has a name.
  var width: Int { (names.lastIndex { !$0.isEmpty } ?? -1) + 1 }

  /// Two names that mean the same column, if there are such.
  let duplicate: Duplicate?

  struct Duplicate: Sendable, Equatable {
    let first: String
    let second: String
  }

  /// Looks for the spec's columns in a row.
  init(_ row: GridRow, spec: Spec) {
    line = row.line
    names = (0..<row.count).map { row[$0].trimmed.excerpt }
    var found = Array(repeating: [Int](), count: spec.columns.count)
    var types = [ColumnType?](repeating: nil, count: spec.columns.count)
    for (cell, name) in names.enumerated() where !name.isEmpty {
      if let (column, type) = FeedHeader.column(name, of: spec) {
        found[column].append(cell)
        types[column] = types[column] ?? type
      }
    }
    self.types = types
    let hasAmounts = zip(spec.columns, found).contains { $0.type.name == "money" && !$1.isEmpty }
    currencyCell = hasAmounts ? FeedHeader.currencyCell(among: names, spec) : nil
    cells = found.map(\.first)
    duplicate = found.first { $0.count > 1 }.map { [names] in Duplicate(first: names[$0[0]], second: names[$0[1]]) }
  }

  /// How well a row would do as the header: `FeedHeader(row, spec: spec).fit(spec)`, without its names.
  static func fit(_ row: GridRow, spec: Spec) -> HeaderFit {
    var cells = [Int?](repeating: nil, count: spec.columns.count)
    row.bytes.withUnsafeBufferPointer { bytes in
      for (place, cell) in row.cells.enumerated() where spec.nameFilter.mayName(bytes.part(cell.start, cell.end)) {
        let name = bytes.part(cell.start, cell.end).trimmed.excerpt
        if !name.isEmpty, let column = column(name, of: spec)?.column, cells[column] == nil { cells[column] = place }
      }
    }
    return FeedHeader(line: row.line, names: [], cells: cells).fit(spec)
  }

  private init(line: Int, names: [String], cells: [Int?]) {
    self.line = line
    self.names = names
    self.cells = cells
    types = []
    currencyCell = nil
    duplicate = nil
  }

  /// What the cells of one of the spec's columns are.
  func type(of column: Int, _ spec: Spec) -> ColumnType { types[column] ?? spec.columns[column].type }

  /// The required columns that are not there.
  func missing(of spec: Spec) -> [String] {
    zip(spec.columns, cells).filter { $0.isRequired && $0.defaultValue == nil && $1 == nil }.map(\.0.name)
  }

  /// Whether the row can be the header: no required column is missing, and there is more than the GTIN.
  func isComplete(for spec: Spec) -> Bool { missing(of: spec).isEmpty && found > 1 }

  func fit(_ spec: Spec) -> HeaderFit { HeaderFit(found: found, isComplete: isComplete(for: spec)) }

  var found: Int { cells.count { $0 != nil } }

  /// Whether the row is the header once more.
  func isRepeated(in row: GridRow) -> Bool {
    var named = 0
    for case let cell? in cells {
      guard FeedHeader.key(row[cell].trimmed.excerpt) == FeedHeader.key(names[cell]) else { return false }
      named += 1
    }
    return named > 1
  }

  /// Cells of the header are cut at that.
  static let maxNameBytes = UnsafeBufferPointer<UInt8>.maxExcerpt

  private static let currencyKeys: Set<String> = ["currency", "currencycode", "currencyunit", "curr", "ccy"]

  private static func currencyCell(among names: [String], _ spec: Spec) -> Int? {
    names.firstIndex { currencyKeys.contains(key($0)) && spec.columnsByKey[key($0)] == nil }
  }

  /// A name without case, spaces and punctuation.
  static func key(_ name: String) -> String {
    name.lowercased().filter { $0.isLetter || $0.isNumber }
  }
}

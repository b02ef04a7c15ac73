/// Gathers what a file's cells say about how its columns are to be read: the order of dates that the spec leaves to the
/// file, or whether they keep to the one that is declared, and whether a comma or a point stands before fractions. One
/// cell alone is never asked.
public struct ColumnEvidence: Sendable {
  /// What the cells of a column say that can be read in two ways: day or month first, with a point or a comma.
  struct Column: Sendable {
    let column: Int
    let cell: Int
    let isDate: Bool
    var isMoney: Bool { one.kind == .money }
    /// The order of dates that the spec or the header declares.
    let declared: DateFormat.Order?
    let one: SimplePlan
    let other: SimplePlan
    /// The first rows whose cells can be read in one way only, and the first that says different things in both.
    private(set) var oneLine: Int?
    private(set) var otherLine: Int?
    private(set) var eitherLine: Int?
    /// The first of those with a comma.
    private(set) var commaLine: Int?

    fileprivate init(_ column: Int, _ cell: Int, _ type: ColumnType, isDate: Bool) {
      self.column = column
      self.cell = cell
      self.isDate = isDate
      declared = type.declaredOrder
      // What a value must keep to is no evidence: 1,234 does not become 1.234 because it is above a maximum.
      let bounds = ColumnBounds()
      one = SimplePlan(type, bounds: bounds, mark: .point, order: isDate ? .dayFirst : nil)
      other = SimplePlan(type, bounds: bounds, mark: .comma, order: isDate ? .monthFirst : nil)
    }

    /// The first row that keeps to the declared order, and the first that can only be read in the other.
    var declaredLine: Int? { declared == .dayFirst ? oneLine : otherLine }
    var contraryLine: Int? { declared == .dayFirst ? otherLine : oneLine }

    /// Whether no further cell can change what the column says.
    @inline(__always)
    fileprivate var isSettled: Bool { declared != nil && declaredLine != nil }

    fileprivate mutating func add(_ bytes: UnsafeBufferPointer<UInt8>, line: Int) {
      guard !bytes.isEmpty,
        isDate || bytes.contains(DecimalMark.comma.rawValue) || bytes.contains(DecimalMark.point.rawValue)
      else {
        return
      }
      var text = ByteBuffer()
      var note: Normalisation?
      let read = (
        try? one.read(bytes, text: &text, note: &note), try? other.read(bytes, text: &text, note: &note)
      )
      switch read {
      case (_?, nil): oneLine = oneLine ?? line
      case (nil, _?): otherLine = otherLine ?? line
      case (let one?, let other?) where one.bits != other.bits:
        eitherLine = eitherLine ?? line
        if commaLine == nil, bytes.contains(DecimalMark.comma.rawValue) { commaLine = line }
      default: break
      }
    }
  }

  private let spec: Spec
  private let commas: CommaTrust
  private(set) var columns: [Column]

  init(spec: Spec, header: FeedHeader, commas: CommaTrust) {
    self.spec = spec
    self.commas = commas
    columns = spec.columns.indices.compactMap { column in
      guard let cell = header.cells[column] else { return nil }
      let type = header.type(of: column, spec)
      switch type {
      case .money, .decimal, .integer: return Column(column, cell, type, isDate: false)
      case .date(let format) where format.order != .yearFirst: return Column(column, cell, type, isDate: true)
      default: return nil
      }
    }
  }

  /// Takes a data row's cells.
  public mutating func add(_ row: GridRow) {
    for index in columns.indices {
      row[columns[index].cell].trimmed.withUnsafeBufferPointer { columns[index].add($0, line: row.line) }
    }
  }

  /// The same by pointer.
  /// - Parameter cell: gives a cell's bytes without white space at its ends.
  @inline(__always)
  mutating func add(line: Int, _ cell: (Int) -> UnsafeBufferPointer<UInt8>) {
    for index in columns.indices where !columns[index].isSettled {
      columns[index].add(cell(columns[index].cell), line: line)
    }
  }

  /// What the cells decide.
  public var readings: ColumnReadings {
    var readings = ColumnReadings(spec)
    for column in columns {
      if column.declared != nil {
        readings.witnesses[column.column] = contradiction(of: column).map { [$0] } ?? []
      } else if column.isDate {
        readings.witnesses[column.column] = [column.oneLine, column.otherLine].compactMap(\.self).sorted()
        guard column.oneLine == nil || column.otherLine == nil else { continue }
        readings.dateOrders[column.column] =
          column.oneLine != nil ? .dayFirst : column.otherLine != nil ? .monthFirst : nil
      } else if let commas = column.otherLine {
        // Beside commas before fractions 1,234 may be either, unless commas are the file's way.
        let against = column.oneLine ?? (self.commas == .none ? column.eitherLine : nil)
        readings.marks[column.column] = against == nil ? .comma : nil
        readings.witnesses[column.column] = against.map { [commas, $0].sorted() } ?? []
      } else if commas == .expected, column.oneLine == nil,
        // Amounts with three decimals are rare, weights with them are not: of these 1.234 stays beyond doubt.
        let either = column.isMoney ? column.eitherLine : column.commaLine
      {
        readings.marks[column.column] = nil
        readings.witnesses[column.column] = [either]
      }
    }
    return readings
  }

  /// The row by which the column's dates are not in the order that is declared, if none is surely in it: one of its own,
  /// or of another column where none of the file's columns keeps to the order.
  private func contradiction(of column: Column) -> Int? {
    guard column.declaredLine == nil else { return nil }
    if let line = column.contraryLine { return line }
    let dates = columns.filter { $0.declared != nil }
    return dates.contains { $0.declaredLine != nil } ? nil : dates.compactMap(\.contraryLine).min()
  }
}

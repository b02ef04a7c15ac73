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
    /// The first cells that can be read in one way only, and the first that says different things in both.
    private(set) var byOne: ColumnReadings.Witness?
    private(set) var byOther: ColumnReadings.Witness?
    private(set) var byEither: ColumnReadings.Witness?
    /// The first of those with a comma.
    private(set) var withComma: ColumnReadings.Witness?
    /// Whether no further cell can change what the column says.
    fileprivate private(set) var isSettled = false

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

    /// The first cell that can only be read in the other order than the declared one.
    var contrary: ColumnReadings.Witness? { declared == .dayFirst ? byOther : byOne }

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
      let witness = { [column] in ColumnReadings.Witness(line: line, column: column, value: bytes.excerpt) }
      switch read {
      case (_?, nil):
        byOne = byOne ?? witness()
        isSettled = isSettled || declared == .dayFirst
      case (nil, _?):
        byOther = byOther ?? witness()
        isSettled = isSettled || declared == .monthFirst
      case (let one?, let other?) where one.bits != other.bits:
        byEither = byEither ?? witness()
        if withComma == nil, bytes.contains(DecimalMark.comma.rawValue) { withComma = witness() }
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
        readings.witnesses[column.column] = [column.byOne, column.byOther].compactMap(\.self)
        guard column.byOne == nil || column.byOther == nil else { continue }
        readings.dateOrders[column.column] = column.byOne != nil ? .dayFirst : column.byOther != nil ? .monthFirst : nil
      } else if let point = column.byOne {
        if let comma = column.byOther { readings.witnesses[column.column] = [point, comma] }
      } else if let comma = column.byOther {
        readings.marks[column.column] = .comma
        // Beside commas before fractions 1,234 may be either, unless commas are the file's way.
        if commas == .none, column.byEither != nil { readings.witnesses[column.column] = [comma] }
      } else if commas == .expected,
        // Amounts with three decimals are rare, weights with them are not: of these 1.234 stays beyond doubt.
        let either = column.isMoney ? column.byEither : column.withComma
      {
        readings.witnesses[column.column] = [either]
      }
    }
    return readings
  }

  /// The cell by which the column's dates are not in the order that is declared, if none is surely in it: one of its own,
  /// or of another column where none of the file's columns keeps to the order.
  private func contradiction(of column: Column) -> ColumnReadings.Witness? {
    guard !column.isSettled else { return nil }
    if let own = column.contrary { return own }
    let dates = columns.filter { $0.declared != nil }
    return dates.contains(where: \.isSettled) ? nil : dates.compactMap(\.contrary).min { $0.line < $1.line }
  }
}

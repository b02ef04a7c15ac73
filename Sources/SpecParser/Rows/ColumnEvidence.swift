/// Gathers what a file's cells say about how its columns are to be read: the order of dates that the spec leaves to the
/// file, and whether a comma or a point stands before fractions. One cell alone is never asked.
public struct ColumnEvidence: Sendable {
  /// Of numbers: cells that are a number only with a point, or only with a comma, before the fraction.
  public private(set) var numbers: [(points: Int, commas: Int)]
  public private(set) var dates: [DateOrderEvidence]
  private let spec: Spec
  private let columns: [(column: Int, cell: Int, isDate: Bool)]

  /// Whether there is anything that the file has to decide.
  public var isEmpty: Bool { columns.isEmpty }

  public init(spec: Spec, header: FeedHeader) {
    self.spec = spec
    numbers = Array(repeating: (0, 0), count: spec.columns.count)
    dates = Array(repeating: DateOrderEvidence(), count: spec.columns.count)
    columns = spec.columns.indices.compactMap { column in
      guard let cell = header.cells[column] else { return nil }
      switch spec.columns[column].type {
      case .money, .decimal, .integer: return (column, cell, false)
      case .date(let format) where format.order == .infer: return (column, cell, true)
      default: return nil
      }
    }
  }

  /// Takes a data row's cells.
  public mutating func add(_ row: GridRow) {
    for (column, cell, isDate) in columns {
      row[cell].trimmed.withUnsafeBufferPointer { bytes in
        if isDate {
          guard let parts = DateCell.parts(bytes), !parts.isYearFirst else { return }
          dates[column].add(first: parts.numbers.0, second: parts.numbers.1, line: row.line)
        } else if bytes.contains(DecimalMark.comma.rawValue) || bytes.contains(DecimalMark.point.rawValue) {
          if NumberForm.isCommaOnly(bytes) { numbers[column].commas += 1 }
          if NumberForm.isPointOnly(bytes) { numbers[column].points += 1 }
        }
      }
    }
  }

  /// What the cells decide: a column is read with commas if some of its cells are numbers only so, and none only with
  /// a point.
  public var readings: ColumnReadings {
    var readings = ColumnReadings(spec)
    for (column, _, isDate) in columns {
      if isDate {
        switch dates[column].decision {
        case .dayFirst: readings.dateOrders[column] = .dayFirst
        case .monthFirst: readings.dateOrders[column] = .monthFirst
        case .notNeeded, .unknown, .mixed: readings.dateOrders[column] = nil
        }
      } else if numbers[column].commas > 0, numbers[column].points == 0 {
        readings.marks[column] = .comma
      }
    }
    return readings
  }
}

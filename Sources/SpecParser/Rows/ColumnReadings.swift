/// What only many cells of a column together can tell, by the columns of the spec.
public struct ColumnReadings: Sendable, Equatable {
  /// The order of dates that is left to the file; nil where nothing decides.
  public var dateOrders: [DateFormat.Order?]
  /// What stands before the fraction of numbers.
  public var marks: [DecimalMark]
  /// The cells that have decided. Of dates: one, or two that contradict each other, or one that contradicts the order that
  /// is declared. Of numbers, where 1,234 is in doubt: one that is read with a comma before its fraction, or is in doubt
  /// itself, or two of which the first can only have a point there, the second only a comma.
  public var witnesses: [[Witness]]

  public struct Witness: Sendable, Equatable {
    /// The row, as a spreadsheet shows it.
    public let line: Int
    /// The column of the spec.
    public let column: Int
    public let value: String
  }

  /// Declared orders alone, and points.
  public init(_ spec: Spec) {
    dateOrders = Array(repeating: nil, count: spec.columns.count)
    marks = Array(repeating: .point, count: spec.columns.count)
    witnesses = Array(repeating: [], count: spec.columns.count)
  }

  /// Whether 1,234 is read by the column's mark.
  func isMarkKnown(of column: Int) -> Bool { witnesses[column].isEmpty }

  /// How a column's dates are read; nil where nothing decides, or where they speak against the order that is declared.
  /// - Parameter type: the column's, as the header has it.
  func order(of column: Int, _ type: ColumnType) -> DateFormat.Order? {
    guard let declared = type.declaredOrder else { return dateOrders[column] }
    return witnesses[column].isEmpty ? declared : nil
  }
}

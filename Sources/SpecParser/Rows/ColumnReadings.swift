/// What only many cells of a column together can tell, by the columns of the spec.
public struct ColumnReadings: Sendable, Equatable {
  /// The order of dates that is left to the file; nil where nothing decides.
  public var dateOrders: [DateFormat.Order?]
  /// What stands before the fraction of numbers; nil where the cells contradict each other.
  public var marks: [DecimalMark?]
  /// The rows that have decided, as a spreadsheet shows them: one, or two that contradict each other, or of dates one that
  /// contradicts the order that is declared.
  public var witnesses: [[Int]]

  /// Declared orders alone, and points.
  public init(_ spec: Spec) {
    dateOrders = Array(repeating: nil, count: spec.columns.count)
    marks = Array(repeating: .point, count: spec.columns.count)
    witnesses = Array(repeating: [], count: spec.columns.count)
  }

  /// How a column's dates are read; nil where nothing decides, or where they speak against the order that is declared.
  /// - Parameter type: the column's, as the header has it.
  func order(of column: Int, _ type: ColumnType) -> DateFormat.Order? {
    guard let declared = type.declaredOrder else { return dateOrders[column] }
    return witnesses[column].isEmpty ? declared : nil
  }
}

/// What only many cells of a column together can tell, by the columns of the spec.
public struct ColumnReadings: Sendable, Equatable {
  /// The order of dates; nil where nothing decides, or where the column speaks against the order that is declared.
  public var dateOrders: [DateFormat.Order?]
  /// What stands before the fraction of numbers; nil where the cells contradict each other.
  public var marks: [DecimalMark?]
  /// The rows that have decided, as a spreadsheet shows them: one, or two that contradict each other.
  public var witnesses: [[Int]]

  /// Declared orders, and points.
  public init(_ spec: Spec) {
    dateOrders = spec.columns.map(\.type.declaredOrder)
    marks = Array(repeating: .point, count: spec.columns.count)
    witnesses = Array(repeating: [], count: spec.columns.count)
  }
}

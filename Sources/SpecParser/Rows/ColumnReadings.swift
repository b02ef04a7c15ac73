/// What only many cells of a column together can tell, by the columns of the spec.
public struct ColumnReadings: Sendable, Equatable {
  /// The order of dates; nil where nothing decides.
  public var dateOrders: [DateFormat.Order?]
  /// What stands before the fraction of numbers.
  public var marks: [DecimalMark]

  /// Declared orders, and points.
  public init(_ spec: Spec) {
    dateOrders = spec.columns.map { column in
      guard case .date(let format) = column.type, format.order != .infer else { return nil }
      return format.order
    }
    marks = Array(repeating: .point, count: spec.columns.count)
  }
}

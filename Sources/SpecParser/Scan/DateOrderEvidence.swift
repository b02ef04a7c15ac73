/// What a column's cells say about the order of day and month, gathered over the whole file: one cell alone, such as
/// 4-11-19, says nothing.
public struct DateOrderEvidence: Sendable, Equatable {
  /// Cells whose first part can be no month.
  public private(set) var dayFirst = 0
  /// Cells whose second part can be no month.
  public private(set) var monthFirst = 0
  /// Cells that read differently in either order.
  public private(set) var ambiguous = 0
  /// A row of each kind, as a spreadsheet shows it, to name in messages.
  public private(set) var dayFirstLine: Int?
  public private(set) var monthFirstLine: Int?
  public private(set) var ambiguousLine: Int?

  public enum Decision: Sendable, Equatable {
    case dayFirst
    case monthFirst
    /// No cell needs an order: all are written year first, or mean the same day either way.
    case notNeeded
    /// Nothing decides between the two.
    case unknown
    /// Some cells can only be day first, others only month first.
    case mixed
  }

  public init() {}

  /// Takes a date of which the year stands last: `first`-`second`-year.
  public mutating func add(first: Int, second: Int, line: Int) {
    switch (first > 12, second > 12) {
    case (true, false):
      dayFirst += 1
      dayFirstLine = dayFirstLine ?? line
    case (false, true):
      monthFirst += 1
      monthFirstLine = monthFirstLine ?? line
    case (false, false) where first != second:
      ambiguous += 1
      ambiguousLine = ambiguousLine ?? line
    default: break
    }
  }

  public var decision: Decision {
    switch (dayFirst > 0, monthFirst > 0) {
    case (true, true): .mixed
    case (true, false): .dayFirst
    case (false, true): .monthFirst
    case (false, false): ambiguous > 0 ? .unknown : .notNeeded
    }
  }
}

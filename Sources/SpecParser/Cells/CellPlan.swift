/// What reading a column's cells takes.
struct CellPlan: Sendable {
  let simple: SimplePlan
  private var enumeration: Enumeration?
  private var separator: UInt8 = 0
  /// Of a list, the one for its items.
  private var items: [CellPlan] = []

  /// As the spec has it, whatever a file's way is.
  init(_ type: ColumnType, bounds: ColumnBounds) {
    self.init(type, bounds: bounds, mark: .point, isMarkKnown: true, order: type.declaredOrder)
  }

  init(
    _ type: ColumnType, bounds: ColumnBounds, mark: DecimalMark, isMarkKnown: Bool, order: DateFormat.Order?
  ) {
    simple = SimplePlan(type, bounds: bounds, mark: mark, isMarkKnown: isMarkKnown, order: order)
    switch type {
    case .enumeration(let enumeration): self.enumeration = enumeration
    case .list(let separator, let item):
      self.separator = separator
      items = [CellPlan(item, bounds: bounds, mark: mark, isMarkKnown: isMarkKnown, order: order)]
    default: break
    }
  }

  /// Whether an enumeration has a value for the cell, whatever it would stand for elsewhere: `None`, `TBD`.
  func hasValue(_ cell: UnsafeBufferPointer<UInt8>) -> Bool {
    enumeration?.places[Enumeration.key(cell.text)] != nil || items.contains { $0.hasValue(cell) }
  }

  /// Reads a cell, as `SimplePlan.read` does.
  func read(
    _ cell: UnsafeBufferPointer<UInt8>, text: inout ByteBuffer, note: inout Normalisation?
  ) throws(CellProblem) -> TypedValue {
    if simple.isWhole { return try simple.read(cell, text: &text, note: &note) }
    guard let enumeration else { return try ListCell.read(cell, separator, items, text: &text, note: &note) }
    let (value, isSynonym) = try EnumerationCell.read(cell, enumeration)
    if isSynonym { note = .enumeration }
    return try Array(value.utf8).withUnsafeBufferPointer { (value) throws(CellProblem) in
      let needsEscape = try TextCell.check(value)
      let start = text.count
      text.append(value)
      return .text(at: start, count: value.count, kind: needsEscape ? .escapedText : .text)
    }
  }
}

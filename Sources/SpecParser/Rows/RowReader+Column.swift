internal import ItemModel

extension RowReader {
  /// What reading a cell takes, without the names, which only issues need.
  struct Column: Sendable {
    /// Negative for one that the file does not have.
    let cell: Int
    let simple: SimplePlan
    let plan: CellPlan
    let isRequired: Bool
    /// What a cell that holds nothing stands for.
    let standard: TypedValue
    let standardText: [UInt8]
    let witnesses: [ColumnReadings.Witness]
    /// Of amounts whose currency stands in a cell of its own; else negative.
    let currencyCell: Int
    /// Whether the header says what currency the amounts are in.
    let isCurrencyNamed: Bool

    init(
      _ column: SpecColumn, cell: Int, _ plan: CellPlan, witnesses: [ColumnReadings.Witness], currencyCell: Int?,
      isCurrencyNamed: Bool
    ) {
      self.cell = cell
      self.plan = plan
      self.witnesses = witnesses
      simple = plan.simple
      self.currencyCell = plan.simple.kind == .money ? currencyCell ?? -1 : -1
      self.isCurrencyNamed = isCurrencyNamed
      isRequired = column.isRequired
      var text = ByteBuffer()
      // As the spec has it, whatever the file's way is. A spec whose defaults cannot be read is refused before.
      let value = Array((column.defaultValue ?? "").utf8).withUnsafeBufferPointer { cell in
        var note: Normalisation?
        let plan = CellPlan(column.type, bounds: column.bounds)
        return cell.isEmpty ? nil : try? plan.read(cell, text: &text, note: &note)
      }
      self.standard = value ?? .nothing
      standardText = Array(text[0..<text.count])
    }

    /// Whether not every text is a value of it.
    var isTyped: Bool { simple.kind != .text && simple.kind != .list }

    /// Whether a cell that is not empty can be read.
    func canRead(_ cell: UnsafeBufferPointer<UInt8>) -> Bool {
      if simple.kind == .gtin { return (try? GTINCell.read(cell)) != nil }
      var text = ByteBuffer()
      var note: Normalisation?
      return (try? plan.read(cell, text: &text, note: &note)) != nil
    }

    /// Reads an amount whose row names its currency.
    func read(
      _ cell: UnsafeBufferPointer<UInt8>, in named: UnsafeBufferPointer<UInt8>, text: inout ByteBuffer,
      note: inout Normalisation?
    ) throws(CellProblem) -> TypedValue {
      if named.isEmpty || Placeholder(named) == .nothing { return try simple.read(cell, text: &text, note: &note) }
      guard let currency = MoneyCell.currency(named, usual: simple.currency) else { throw .invalidCurrency }
      let value = try simple.reading(in: currency).read(cell, text: &text, note: &note)
      guard value.extra == currency.packed else {
        throw .currencyContradicted(Currency(packed: value.extra), "the row's column of currencies", says: currency)
      }
      return value
    }
  }
}

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
    let witnesses: [Int]

    init(_ column: SpecColumn, cell: Int, _ plan: CellPlan, witnesses: [Int]) {
      self.cell = cell
      self.plan = plan
      self.witnesses = witnesses
      simple = plan.simple
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
  }
}

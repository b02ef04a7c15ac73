/// Rows that are no data: headers once more, totals, and those that describe the columns.
extension RowReader {
  /// Whether the row is the header once more or a total, which is told once for all such rows.
  mutating func isAside(_ row: GridRow) -> Bool {
    if isOutcomeAlone(row) { return true }
    let again = headerAgain(row)
    if header.isRepeated(in: row) || again?.cells == header.cells {
      notes.add(
        "repeated_header", "The header stands between the rows again; those rows were left out.", line: row.line,
        value: row[0].trimmed.excerpt)
      return true
    }
    if let again {
      otherHeader = again.line
      return true
    }
    // A row that lacks no more than its GTIN is one whose sender has to be told.
    let gtin = gtin(of: row)
    let lacksMore = columns.indices.contains { index in
      let cell = columns[index].cell
      return index != spec.gtinColumn && columns[index].isRequired && cell >= 0 && row[cell].trimmed.isEmpty
    }
    if !gtin.isEmpty || lacksMore, TotalRow.isTotal(row, gtin: gtin) {
      notes.add(
        "total_row", "Rows of totals were left out.", line: row.line, value: TotalRow.word(of: row)?.text ?? "")
      return true
    }
    return false
  }

  /// Whether it holds nothing but what was said of an earlier time's file.
  private func isOutcomeAlone(_ row: GridRow) -> Bool {
    (0..<row.count).allSatisfy { cell in
      row[cell].trimmed.isEmpty
        || cell < header.names.count && OutcomeColumns.keys.contains(FeedHeader.key(header.names[cell]))
    }
  }

  /// The row as a header: of a page, in the same words or others, or of another table. Data has digits.
  private func headerAgain(_ row: GridRow) -> FeedHeader? {
    guard (0..<row.count).allSatisfy({ !row[$0].contains(where: \.isDigit) }) else { return nil }
    // Of most rows no texts are made.
    return FeedHeader.fit(row, spec: spec).isComplete ? FeedHeader(row, spec: spec) : nil
  }

  /// Whether a required column that is not of text has a value in this row that can be read.
  func hasTypedValue(_ row: GridRow) -> Bool { typedCells(row).contains(true) }

  /// Whether the row describes the columns: words, and nothing that a typed column can read.
  func isDefinition(_ row: GridRow) -> Bool {
    let typed = typedCells(row)
    guard !typed.isEmpty, !typed.contains(true),
      gtin(of: row).withUnsafeBufferPointer({ DefinitionCell.isDescription($0) })
    else { return false }
    let words = columns.count { column in
      column.cell >= 0 && row[column.cell].trimmed.contains(where: \.isLetter)
    }
    return words >= 2 && words > columns.count { $0.cell >= 0 && !row[$0.cell].trimmed.isEmpty } / 2
  }

  /// Of each required column that is not of text and not empty: whether its value can be read.
  private func typedCells(_ row: GridRow) -> [Bool] {
    columns.indices.compactMap { index in
      let column = columns[index]
      guard column.cell >= 0, column.isRequired, column.simple.kind != .text else { return nil }
      return row[column.cell].trimmed.withUnsafeBufferPointer { cell in
        if cell.isEmpty { return nil }
        if column.simple.kind == .gtin { return (try? GTINCell.read(cell)) != nil }
        var text = ByteBuffer()
        var note: Normalisation?
        return (try? column.plan.read(cell, text: &text, note: &note)) != nil
      }
    }
  }

  mutating func addDefinitionNote(_ row: GridRow) {
    let gtin = gtin(of: row)
    notes.add(
      "definition_row", "Rows beneath the header describe its columns; they were left out.", line: row.line,
      value: gtin.excerpt)
  }

  /// Who filters a grid may mean to send what can be seen of it, or all.
  mutating func addHiddenNote(_ line: Int, _ gtin: UnsafeBufferPointer<UInt8>) {
    notes.add(
      "hidden_rows", "Rows that the sheet hides, as a filter does, were read like all others.", line: line,
      value: gtin.excerpt)
  }

  /// Tells which of the columns that are read the sheet hides.
  mutating func addHiddenNote(columns hidden: [ClosedRange<Int>]) {
    for case let cell? in header.cells where hidden.contains(where: { $0.contains(cell) }) {
      notes.add(
        "hidden_columns", "Columns that the sheet hides were read like all others.", line: header.line,
        value: header.names[cell])
    }
  }

  private func gtin(of row: GridRow) -> ArraySlice<UInt8> {
    header.cells[spec.gtinColumn].map { row[$0].trimmed } ?? []
  }
}

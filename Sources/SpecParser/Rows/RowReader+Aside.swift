/// Rows that are no data: headers once more, totals, and those that describe the columns.
extension RowReader {
  /// Whether the row is the header once more, a total or a remark, which is told once for all such rows.
  mutating func isAside(_ row: GridRow) -> Bool {
    if isOutcomeAlone(row) { return true }
    let again = headerAgain(row)
    if header.isRepeated(in: row) || again.map({ $0.cells == header.cells || isPartOfHeader(row) }) == true {
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
    guard !gtin.isEmpty || lacksMore else { return false }
    if let word = TotalRow.word(of: row, gtin: gtin) {
      notes.add("total_row", "Rows of totals were left out.", line: row.line, value: word.excerpt)
      return true
    }
    if let remark = remark(row) {
      notes.add(
        "remark_row", "Rows that hold nothing but a remark were left out.", line: row.line, value: remark.excerpt)
      return true
    }
    return false
  }

  /// The only cell of a row that holds something, if it is a sentence, as of titles and footnotes.
  private func remark(_ row: GridRow) -> ArraySlice<UInt8>? {
    var filled = (0..<row.count).lazy.map { row[$0].trimmed }.filter { !$0.isEmpty }.makeIterator()
    guard let cell = filled.next(), filled.next() == nil,
      cell.withUnsafeBufferPointer({ DefinitionCell.isSentence($0) })
    else { return nil }
    return cell
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
    // Of most rows no texts are made. Of a table beneath the rows one column alone may be known.
    return FeedHeader.fit(row, spec: spec).isComplete || hasItems && namesGTIN(row)
      ? FeedHeader(row, spec: spec) : nil
  }

  /// Whether the row has the column's name where it should have a GTIN.
  private func namesGTIN(_ row: GridRow) -> Bool {
    let name = gtin(of: row)
    return !name.isEmpty && FeedHeader.column(name.excerpt, of: spec)?.column == spec.gtinColumn
  }

  /// Whether each cell that holds something names its column as the header does.
  private func isPartOfHeader(_ row: GridRow) -> Bool {
    (0..<row.count).allSatisfy { cell in
      let name = row[cell].trimmed
      guard !name.isEmpty else { return true }
      guard cell < header.names.count else { return false }
      return FeedHeader.key(name.excerpt) == FeedHeader.key(header.names[cell])
        || FeedHeader.column(name.excerpt, of: spec).map { header.cells[$0.column] == cell } == true
    }
  }

  /// Whether a required column that is not of text has a value in this row that can be read.
  func hasTypedValue(_ row: GridRow) -> Bool { typedCells(row).contains(true) }

  /// Whether the row describes the columns: words, and nothing that a typed column can read. Yes and No are read by one,
  /// and say as well whether a column is required.
  func isDefinition(_ row: GridRow) -> Bool {
    let typed = typedCells(row)
    guard !typed.isEmpty, !typed.contains(true), isDescribed(gtin(of: row), row) else { return false }
    var (words, filled) = (0, 0)
    for column in columns where column.cell >= 0 {
      let cell = row[column.cell].trimmed
      if cell.isEmpty { continue }
      filled += 1
      if cell.contains(where: \.isLetter) {
        words += 1
      } else if cell.contains(where: \.isDigit) {
        return false
      }
      guard column.isTyped, column.simple.kind != .boolean else { continue }
      if cell.withUnsafeBufferPointer(column.canRead) { return false }
    }
    return words >= 2 && words > filled / 2
  }

  /// Whether the GTIN's cell describes, or the row gives sub-titles to some columns: then no text that is required, such
  /// as the other half of an entry's key, stands in it.
  private func isDescribed(_ gtin: ArraySlice<UInt8>, _ row: GridRow) -> Bool {
    if !gtin.isEmpty { return gtin.withUnsafeBufferPointer { DefinitionCell.isDescription($0) } }
    return columns.allSatisfy { column in
      column.isTyped || !column.isRequired || column.cell < 0 || row[column.cell].trimmed.isEmpty
    }
  }

  /// Of each required column that is not of text and not empty: whether its value can be read.
  private func typedCells(_ row: GridRow) -> [Bool] {
    columns.compactMap { column in
      guard column.cell >= 0, column.isRequired, column.isTyped else { return nil }
      return row[column.cell].trimmed.withUnsafeBufferPointer { $0.isEmpty ? nil : column.canRead($0) }
    }
  }

  mutating func addDefinitionNote(_ row: GridRow) {
    notes.add(
      "definition_row", "Rows beneath the header were taken for a description of its columns, and left out.",
      line: row.line,
      value: row.firstCells)
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

  /// Tells what stands in columns that the header leaves without a name: it may belong to the one before, whose name
  /// reaches over both, or be what a separator in a cell has moved.
  mutating func addUnnamedNote(_ row: Row) {
    for cell in unnamed where !row[cell].isEmpty {
      notes.add(
        "unnamed_column", "Values of columns without a name were not read.", .warning, line: row.line,
        value: row[cell].excerpt)
    }
  }

  private func gtin(of row: GridRow) -> ArraySlice<UInt8> {
    header.cells[spec.gtinColumn].map { row[$0].trimmed } ?? []
  }
}

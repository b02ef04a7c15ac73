extension RowReader {
  /// A row's cells by pointer, while a batch is read.
  struct Row {
    let bytes: UnsafeBufferPointer<UInt8>
    let cells: UnsafeBufferPointer<GridRows.Cell>
    let line: Int
    /// Among the rows that were read at once.
    let place: Int
    /// The places of its cells among those of the rows that are in doubt.
    let doubts: Range<Int>

    /// Without white space at its ends; empty for what the row does not have.
    @inline(__always)
    subscript(_ cell: Int) -> UnsafeBufferPointer<UInt8> {
      guard cell >= 0, cell < cells.count else { return UnsafeBufferPointer(start: nil, count: 0) }
      return bytes.part(cells[cell].start, cells[cell].end).trimmed
    }

    @inline(__always)
    var isBlank: Bool { cells.indices.allSatisfy { self[$0].isEmpty } }

    /// A cell in doubt as the file has it, with its quotes.
    fileprivate func submitted(_ doubt: GridRows.Doubt) -> String {
      let cell = bytes.part(cells[doubt.cell].start, cells[doubt.cell].end)
      var text: [UInt8] = [.quote]
      for byte in cell.prefix(doubt.quoted) { text += byte == .quote ? [byte, byte] : [byte] }
      text.append(.quote)
      text += cell.dropFirst(doubt.quoted)
      return text[...].trimmed.excerpt
    }
  }

  /// Tells each cell in doubt that is read. Of the others, of which a row may have thousands, one stands for all.
  func tell(_ doubts: ArraySlice<GridRows.Doubt>, _ row: Row, in batch: inout RowBatch) {
    var hasOther = false
    for doubt in doubts {
      if doubt.cell != header.currencyCell, !columns.contains(where: { $0.cell == doubt.cell }) {
        if hasOther { continue }
        hasOther = true
      }
      batch.issues.append(issue(doubt, row))
    }
  }

  /// What is told of a cell in doubt. A text is read, since it can hardly mean something else; other values are not.
  private func issue(_ doubt: GridRows.Doubt, _ row: Row) -> RowIssue {
    let column = columns.firstIndex { $0.cell == doubt.cell }
    let isText = column.map { columns[$0].simple.kind == .text } ?? (doubt.cell != header.currencyCell)
    return RowIssue(
      severity: isText ? .warning : .error, code: "text_behind_quote", line: row.line,
      column: doubt.cell < header.names.count ? header.names[doubt.cell] : "",
      field: column.map { spec.columns[$0].field } ?? "", value: row.submitted(doubt),
      description: "Text stands behind the closing quote: where the cell ends can only be guessed.",
      hint: #"Put all of the cell between its quotes; a quote inside it is written twice ("")."#)
  }
}

extension UnsafeBufferPointer<GridRows.Cell> {
  @inline(__always)
  func part(_ start: Int, _ end: Int) -> Self {
    Self(start: baseAddress.map { $0 + start }, count: end - start)
  }
}

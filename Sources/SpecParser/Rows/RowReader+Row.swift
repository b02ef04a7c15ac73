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

    /// A cell with text behind its closing quote as the file has it, with its quotes.
    fileprivate func submitted(_ cell: Int, quoted: Int) -> String {
      let cell = bytes.part(cells[cell].start, cells[cell].end)
      var text: [UInt8] = [.quote]
      for byte in cell.prefix(quoted) { text += byte == .quote ? [byte, byte] : [byte] }
      text.append(.quote)
      text += cell.dropFirst(quoted)
      return text[...].trimmed.excerpt
    }
  }

  /// Tells each cell in doubt that is read. Of the others, of which a row may have thousands, one stands for all; and
  /// what is struck out there changes nothing.
  mutating func tell(_ doubts: ArraySlice<GridRows.Doubt>, _ row: Row, in batch: inout RowBatch) {
    var hasOther = false
    for doubt in doubts {
      if case .hidden = doubt.reason {
        addHiddenNote(row.line, row[columns[spec.gtinColumn].cell])
        continue
      }
      if doubt.cell != header.currencyCell, !columns.contains(where: { $0.cell == doubt.cell }) {
        guard case .behindQuote = doubt.reason, !hasOther else { continue }
        hasOther = true
      }
      if let issue = issue(doubt, row) { batch.issues.append(issue) }
    }
  }

  /// What is told of a cell in doubt. A text is read, since it can hardly mean something else; other values are not.
  private func issue(_ doubt: GridRows.Doubt, _ row: Row) -> RowIssue? {
    let column = columns.firstIndex { $0.cell == doubt.cell }
    let isText = column.map { columns[$0].simple.kind == .text } ?? (doubt.cell != header.currencyCell)
    func issue(
      _ code: String, _ value: String, _ description: String, _ hint: String, ofText severity: IssueSeverity = .warning
    ) -> RowIssue {
      RowIssue(
        severity: isText ? severity : .error, code: code, line: row.line,
        column: doubt.cell < header.names.count ? header.names[doubt.cell] : "",
        field: column.map { spec.columns[$0].field } ?? "", value: value, description: description, hint: hint)
    }
    switch doubt.reason {
    case .hidden: return nil
    case .behindQuote(let quoted):
      return issue(
        "text_behind_quote", row.submitted(doubt.cell, quoted: quoted),
        "Text stands behind the closing quote: where the cell ends can only be guessed.",
        #"Put all of the cell between its quotes; a quote inside it is written twice ("")."#)
    case .struckOut:
      return issue(
        "struck_out", row[doubt.cell].excerpt, "A part of the cell is struck out, and was read with the rest.",
        "Delete what is struck out.")
    case .raised:
      // Names have them, as square metres do.
      return issue(
        "raised_text", row[doubt.cell].excerpt,
        "A part of the cell is set above or below the line, and was read with the rest.",
        isText
          ? "Delete what is no part of it, such as the mark of a footnote." : "Write it in one line, such as 39.99.",
        ofText: .note)
    }
  }
}

extension UnsafeBufferPointer<GridRows.Cell> {
  @inline(__always)
  func part(_ start: Int, _ end: Int) -> Self {
    Self(start: baseAddress.map { $0 + start }, count: end - start)
  }
}

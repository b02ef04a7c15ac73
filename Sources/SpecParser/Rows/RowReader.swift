internal import ItemModel

/// Reads the data rows beneath a header.
struct RowReader: Sendable {
  private let spec: Spec
  private let header: FeedHeader
  private let columns: [Column]
  private var values: CellValues
  /// The row's dates, by column.
  private var dates: [CalendarDate?]
  /// Rows that were read.
  private(set) var count = 0

  init(spec: Spec, header: FeedHeader) {
    self.spec = spec
    self.header = header
    values = CellValues(columns: spec.columns.count)
    dates = Array(repeating: nil, count: spec.columns.count)
    columns = zip(spec.columns, header.cells).map {
      Column(cell: $1, type: $0.type, isRequired: $0.isRequired, minimum: $0.minimumMicros, notBefore: $0.notBefore)
    }
  }

  /// What reading a cell takes, without the names, which only issues need.
  private struct Column {
    let cell: Int?
    let type: ColumnType
    let isRequired: Bool
    let minimum: Int64?
    let notBefore: Int?
  }

  mutating func read(_ row: GridRow) -> ParsedRow {
    values.removeAll()
    var issues: [RowIssue] = []
    readCells(row, issues: &issues)
    checkOrder(row, issues: &issues)
    let submitted = cell(spec.gtinColumn, of: row)
    let gtin = readGTIN(submitted, line: row.line, issues: &issues)
    if (header.names.count..<max(row.count, header.names.count)).contains(where: { !row[$0].trimmed.isEmpty }) {
      issues.append(.extraCells(line: row.line))
    }
    defer { count += 1 }
    return ParsedRow(
      index: count, line: row.line, submittedGTIN: submitted.text, gtin: gtin,
      attributes: issues.contains { $0.severity == .error } ? nil : attributes(), issues: issues)
  }

  private func attributes() -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(256)
    if !spec.row.append(values, to: &bytes) { bytes = Array("{}".utf8) }
    return bytes
  }

  private func cell(_ column: Int, of row: GridRow) -> ArraySlice<UInt8> {
    columns[column].cell.map { row[$0].trimmed } ?? []
  }

  /// Reads every cell but the GTIN's.
  private mutating func readCells(_ row: GridRow, issues: inout [RowIssue]) {
    for index in columns.indices where index != spec.gtinColumn {
      dates[index] = nil
      let column = columns[index]
      let cell = cell(index, of: row)
      if cell.isEmpty || cell.isPlaceholder {
        if column.isRequired { issues.append(issue(.missing, index, line: row.line, cell)) }
        continue
      }
      let start = values.bytes.count
      do {
        dates[index] = try column.type.append(cell, minimum: column.minimum, to: &values.bytes)
        values.end(index, from: start)
      } catch {
        values.bytes.removeLast(values.bytes.count - start)
        issues.append(issue(error, index, line: row.line, cell))
      }
    }
  }

  private func checkOrder(_ row: GridRow, issues: inout [RowIssue]) {
    for index in columns.indices {
      guard let first = columns[index].notBefore, let start = dates[first], let end = dates[index], end < start else {
        continue
      }
      let problem = CellProblem(
        code: "window_reversed", description: "\(end.text) is before \(start.text), the \(spec.columns[first].name).",
        hint: "Swap the dates.")
      issues.append(issue(problem, index, line: row.line, cell(index, of: row)))
    }
  }

  private func readGTIN(_ cell: ArraySlice<UInt8>, line: Int, issues: inout [RowIssue]) -> GTIN? {
    do {
      let gtin = try GTINCell.read(cell)
      if let severity = spec.checkDigit, !gtin.hasValidCheckDigit {
        issues.insert(
          issue(GTINCell.checkDigitProblem(of: gtin, submitted: cell), spec.gtinColumn, line: line, cell, severity),
          at: 0)
      }
      return gtin
    } catch {
      issues.insert(issue(error, spec.gtinColumn, line: line, cell), at: 0)
      return nil
    }
  }

  private func issue(
    _ problem: CellProblem, _ column: Int, line: Int, _ cell: ArraySlice<UInt8>, _ severity: IssueSeverity = .error
  ) -> RowIssue {
    RowIssue(
      severity: severity, code: problem.code, line: line,
      column: header.cells[column].map { header.names[$0] } ?? spec.columns[column].name,
      field: spec.columns[column].field, value: cell.excerpt, description: problem.description, hint: problem.hint)
  }
}

extension ArraySlice<UInt8> {
  /// What people write for "nothing".
  fileprivate var isPlaceholder: Bool {
    guard count <= 4 else { return false }
    return equalsIgnoringCase("n/a") || equalsIgnoringCase("na") || equalsIgnoringCase("-")
      || equalsIgnoringCase("tbd") || equalsIgnoringCase("null") || equalsIgnoringCase("none")
  }

  fileprivate var excerpt: String { count > 200 ? prefix(200).text + "…" : text }
}

extension RowIssue {
  fileprivate static func extraCells(line: Int) -> RowIssue {
    RowIssue(
      severity: .warning, code: "extra_cells", line: line, column: "", field: "", value: "",
      description: "The row has cells beyond the header's last column; they were not read.",
      hint: "Look for a comma in a cell that is not quoted.")
  }
}

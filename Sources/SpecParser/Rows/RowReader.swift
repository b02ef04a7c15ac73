internal import ItemModel

/// Reads the data rows beneath a header.
struct RowReader: Sendable {
  let spec: Spec
  let header: FeedHeader
  let columns: [Column]
  var notes: NoteTally
  /// What the rows say about how their columns are to be read, when it is asked for.
  var evidence: ColumnEvidence?
  /// Rows that were read.
  private(set) var count = 0
  /// The row of a header of another table: what stands beneath it is not read.
  var otherHeader: Int?
  /// The header's cells, without those behind the last one that has a name.
  private let width: Int
  private let cellsMayShift: Bool
  /// Cells of the shortest row so far: who writes the rows may leave out what is empty at their ends.
  private var fewestCells: Int?
  /// Rows that name no item.
  private var nameless = 0
  /// Whether a row has named an item.
  var hasItems: Bool { count > nameless }
  /// The header's cells without a name before its last one.
  let unnamed: [Int]
  private let hasUnnamed: Bool
  /// Rows before it are read and forgotten.
  private let first: Int
  /// Whether a row may be right that holds nothing but its GTIN.
  private let mayBeEmpty: Bool

  init(spec: Spec, header: FeedHeader, readings: ColumnReadings, cellsMayShift: Bool, first: Int = 0) {
    self.spec = spec
    self.header = header
    self.cellsMayShift = cellsMayShift
    self.first = first
    width = header.width
    unnamed = header.names.indices.prefix(header.width).filter { header.names[$0].isEmpty }
    hasUnnamed = !unnamed.isEmpty
    notes = NoteTally(columns: spec.columns.count)
    mayBeEmpty = !spec.columns.contains { $0.isRequired && $0.type != .gtin }
    columns = spec.columns.indices.map { index in
      let column = spec.columns[index]
      let type = header.type(of: index, spec)
      var bounds = column.bounds
      bounds.isKey = spec.keyColumns.contains(index)
      return Column(
        column, cell: header.cells[index] ?? -1,
        CellPlan(
          type, bounds: bounds, mark: readings.marks[index], isMarkKnown: readings.isMarkKnown(of: index),
          order: readings.order(of: index, type)),
        witnesses: readings.witnesses[index], currencyCell: header.currencyCell,
        isCurrencyNamed: header.types[index]?.name == "money")
    }
    for note in header.unknownColumns(of: spec) { notes.add(note) }
    for index in columns.indices where columns[index].cell >= 0 {
      addOrderNote(index, readings)
      addHeaderNote(index)
    }
  }

  /// Reads rows of a grid, blank ones aside.
  mutating func read(_ rows: GridRows, _ range: Range<Int>, into batch: inout RowBatch) {
    batch.begin(spec)
    rows.bytes.withUnsafeBufferPointer { bytes in
      rows.cells.withUnsafeBufferPointer { cells in
        columns.withUnsafeBufferPointer { columns in
          var firstCell = range.lowerBound == 0 ? 0 : rows.records[range.lowerBound - 1].endCell
          var doubt = rows.doubts.firstIndex { $0.row >= range.lowerBound } ?? rows.doubts.count
          for index in range {
            let record = rows.records[index]
            let firstDoubt = doubt
            while doubt < rows.doubts.count, rows.doubts[doubt].row == index { doubt += 1 }
            let row = Row(
              bytes: bytes, cells: cells.part(firstCell, record.endCell), line: record.line, place: index,
              doubts: firstDoubt..<doubt)
            firstCell = record.endCell
            if row.isBlank { continue }
            read(row, of: rows, columns, into: &batch)
            if otherHeader != nil { return }
          }
        }
      }
    }
  }

  @inline(__always)
  private mutating func read(
    _ row: Row, of rows: GridRows, _ columns: UnsafeBufferPointer<Column>, into batch: inout RowBatch
  ) {
    let firstIssue = batch.issues.count
    let firstValue = batch.values.count
    let submitted = row[columns[spec.gtinColumn].cell]
    let start = batch.text.count
    let gtin = readGTIN(submitted, row, into: &batch)
    let gtinEnd = batch.text.count
    // What names no item may be no row of data at all.
    if gtin == RowBatch.Record.noGTIN {
      if isAside(rows[row.place]) {
        batch.issues.removeLast(batch.issues.count - firstIssue)
        batch.text.truncate(to: start)
        return
      }
      nameless += 1
      if Placeholder(submitted) == .nothing { add(.placeholder, spec.gtinColumn, row.line, submitted) }
    }
    if hasUnnamed { addUnnamedNote(row) }
    evidence?.add(line: row.line) { row[$0] }
    for index in columns.indices {
      batch.values.append(
        index == spec.gtinColumn ? .nothing : value(index, columns, row, into: &batch))
    }
    if !spec.checks.isEmpty { check(row, firstValue, &batch) }
    if !row.doubts.isEmpty { tell(rows.doubts[row.doubts], row, in: &batch) }
    if row.cells.count > width, let place = (width..<row.cells.count).first(where: { !row[$0].isEmpty }) {
      batch.issues.append(
        .extraCells(line: row.line, value: row[place].excerpt, mayHaveShifted: cellsMayShift))
    }
    if rows.end != .line, row.place == rows.count - 1,
      rows.end == .amidCharacter || row.cells.count < fewestCells ?? width
    {
      batch.issues.append(.cutRow(line: row.line, value: row[row.cells.count - 1].excerpt))
    }
    fewestCells = min(fewestCells ?? .max, row.cells.count)
    if mayBeEmpty, batch.values[firstValue...].allSatisfy({ $0.kind == .nothing }),
      batch.issues[firstIssue...].allSatisfy({ $0.severity != .error })
    {
      batch.issues.append(.emptyRow(line: row.line))
    }
    let issues = firstIssue..<batch.issues.count
    batch.records.append(
      RowBatch.Record(
        index: count, line: row.line, gtin: gtin, submitted: start, submittedCount: gtinEnd - start,
        textEnd: batch.text.count, firstIssue: firstIssue, issueEnd: issues.upperBound,
        isFailed: !issues.isEmpty && batch.issues[issues].contains { $0.severity == .error }))
    count += 1
    if count <= first { batch.removeLast() }
  }

  // MARK: Cells

  @inline(__always)
  private mutating func value(
    _ index: Int, _ columns: UnsafeBufferPointer<Column>, _ row: Row, into batch: inout RowBatch
  ) -> TypedValue {
    let cell = row[columns[index].cell]
    if cell.isEmpty || (Placeholder(cell) != nil && !columns[index].plan.hasValue(cell)) {
      return empty(index, cell, row, into: &batch)
    }
    do throws(CellProblem) {
      var note: Normalisation?
      let value: TypedValue
      if columns[index].simple.isWhole {
        if columns[index].currencyCell < 0 {
          value = try columns[index].simple.read(cell, text: &batch.text, note: &note)
        } else {
          value = try columns[index].read(cell, in: row[columns[index].currencyCell], text: &batch.text, note: &note)
        }
        if value.kind == .money, value.extra != columns[index].simple.currency.packed {
          if columns[index].isCurrencyNamed {
            throw .currencyContradicted(
              Currency(packed: value.extra), "the column's name", says: columns[index].simple.currency)
          }
          add(.currency, index, row.line, cell)
        }
      } else {
        value = try columns[index].plan.read(cell, text: &batch.text, note: &note)
      }
      // A list without values, or a formula of an empty text.
      if value.kind == .nothing { return empty(index, cell, row, into: &batch) }
      if let note { add(note, index, row.line, cell) }
      return value
    } catch {
      batch.issues.append(problem(error, index, row, cell))
      return .nothing
    }
  }

  private func problem(
    _ error: CellProblem, _ index: Int, _ row: Row, _ cell: UnsafeBufferPointer<UInt8>
  ) -> RowIssue {
    guard error == .invalidCurrency else {
      return issue(error.naming(columns[index].witnesses), index, line: row.line, cell)
    }
    let place = columns[index].currencyCell
    return issue(error, index, name: header.names[place], line: row.line, row[place])
  }

  /// What a cell that holds nothing stands for.
  private mutating func empty(
    _ index: Int, _ cell: UnsafeBufferPointer<UInt8>, _ row: Row, into batch: inout RowBatch
  ) -> TypedValue {
    if let placeholder = Placeholder(cell) {
      if placeholder != .nothing {
        batch.issues.append(issue(placeholder.problem, index, line: row.line, cell))
        return .nothing
      }
      add(.placeholder, index, row.line, cell)
    }
    let standard = columns[index].standard
    if standard.kind == .nothing, columns[index].isRequired {
      batch.issues.append(issue(.missing, index, line: row.line, cell))
    }
    guard standard.hasText else { return standard }
    let start = batch.text.count
    columns[index].standardText.withUnsafeBufferPointer { batch.text.append($0) }
    return .text(at: start, count: batch.text.count - start, kind: standard.kind)
  }

  /// Reads the GTIN, and appends its digits as they were written, or the cell that cannot be read, to the batch's text.
  @inline(__always)
  private mutating func readGTIN(
    _ cell: UnsafeBufferPointer<UInt8>, _ row: Row, into batch: inout RowBatch
  ) -> UInt64 {
    do {
      let read = try GTINCell.read(cell)
      if read.isNormalised {
        add(.gtin, spec.gtinColumn, row.line, cell)
        read.gtin.digits14.suffix(read.digitCount).withUnsafeBufferPointer { batch.text.append($0) }
      } else {
        batch.text.append(cell)
      }
      if !read.isChecked, let severity = spec.checkDigit, !read.gtin.hasValidCheckDigit {
        batch.issues.append(issue(read.checkDigitProblem, spec.gtinColumn, line: row.line, cell, severity))
      }
      return read.gtin.number
    } catch {
      // It is kept with its row, to be shown.
      Array(cell.excerpt.utf8).withUnsafeBufferPointer { batch.text.append($0) }
      batch.issues.append(issue(error, spec.gtinColumn, line: row.line, cell))
      return RowBatch.Record.noGTIN
    }
  }

  private mutating func add(
    _ kind: Normalisation, _ column: Int, _ line: Int, _ cell: UnsafeBufferPointer<UInt8>
  ) {
    notes.add(
      kind, column: column, name: name(of: column), field: spec.columns[column].field, line: line, cell)
  }

  /// Tells the order in which a column's dates are read, where the file has decided.
  private mutating func addOrderNote(_ index: Int, _ readings: ColumnReadings) {
    let type = header.type(of: index, spec)
    guard case .date = type, let witness = readings.witnesses[index].first else { return }
    guard type.declaredOrder == nil else { return addContradictionNote(witness) }
    guard let order = readings.dateOrders[index] else { return }
    notes.add(
      FeedNote(
        code: "date_order_inferred", column: name(of: index), field: spec.columns[index].field,
        description: "The column's dates are read \(order.words), as that of row \(witness.line) has to be.", count: 1,
        examples: [FeedNote.Example(line: witness.line, value: order.words)]))
  }

  /// Tells that a column's dates are not in the order that is declared: those that a spreadsheet has taken for dates
  /// before may be swapped, too.
  private mutating func addContradictionNote(_ witness: ColumnReadings.Witness) {
    guard !notes.notes.contains(where: { $0.code == "date_order_contradicted" }) else { return }
    notes.add(
      FeedNote(
        code: "date_order_contradicted", column: name(of: witness.column), field: spec.columns[witness.column].field,
        description: """
          The file's dates are not in the order that is asked for, as row \(witness.line) shows; look whether a \
          spreadsheet has swapped day and month of others.
          """, count: 1, examples: [FeedNote.Example(line: witness.line, value: witness.value)]))
  }

  /// Tells what a column's name said of its cells.
  private mutating func addHeaderNote(_ index: Int) {
    let (code, description): (String, String)
    switch header.types[index] {
    case .money(let currency) where header.types[index] != spec.columns[index].type:
      (code, description) = (
        Normalisation.currency.code, "The header names a currency; amounts that name none were read as \(currency)."
      )
    case .date(let format):
      (code, description) = (
        "date_order_named", "The header says how dates are written; the column's were read \(format.order.words)."
      )
    default: return
    }
    notes.add(
      FeedNote(
        code: code, column: name(of: index), field: spec.columns[index].field, description: description, count: 1,
        examples: [FeedNote.Example(line: header.line, value: name(of: index))]))
  }

  // MARK: Checks

  private func check(_ row: Row, _ firstValue: Int, _ batch: inout RowBatch) {
    for check in spec.checks {
      let value = batch.values[firstValue + check.column]
      guard value.kind != .nothing else { continue }
      switch check.rule {
      case .notBefore(let other):
        let start = batch.values[firstValue + other]
        guard start.kind == .date, value.kind == .date, value.bits < start.bits else { continue }
        let problem = CellProblem(
          code: "window_reversed",
          description:
            "\(RowReader.day(value)) is before \(RowReader.day(start)), the \(spec.columns[other].name).",
          hint: "Swap the dates.")
        batch.issues.append(issue(problem, check.column, line: row.line, row[columns[check.column].cell]))
      case .requires(let other) where batch.values[firstValue + other].kind == .nothing:
        // A value that is there and wrong has its own issue.
        guard row[columns[other].cell].isEmpty || Placeholder(row[columns[other].cell]) == .nothing else { continue }
        let problem = CellProblem(
          code: "missing_companion",
          description: "A row with \(spec.columns[check.column].name) needs \(spec.columns[other].name) too.",
          hint: "Fill the cell in.")
        batch.issues.append(issue(problem, other, line: row.line, row[columns[other].cell]))
      case .requires: continue
      }
    }
  }

  private static func day(_ value: TypedValue) -> String {
    CalendarDate(year: Int(value.bits) / 10_000, month: Int(value.bits) / 100 % 100, day: Int(value.bits) % 100)?.text
      ?? ""
  }

  private func name(of column: Int) -> String {
    header.cells[column].map { header.names[$0] } ?? spec.columns[column].name
  }

  private func issue(
    _ problem: CellProblem, _ column: Int, name: String? = nil, line: Int, _ cell: UnsafeBufferPointer<UInt8>,
    _ severity: IssueSeverity = .error
  ) -> RowIssue {
    RowIssue(
      severity: severity, code: problem.code, line: line, column: name ?? self.name(of: column),
      field: spec.columns[column].field, value: cell.excerpt, description: problem.description, hint: problem.hint)
  }
}

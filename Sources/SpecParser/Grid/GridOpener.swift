/// Sees from a file's first bytes what it is, and how to read it.
struct GridOpener {
  /// Reads the file, from its first byte on.
  let reader: any GridReader
  let readings: ColumnReadings
  let commas: CommaTrust

  /// - Parameters:
  ///   - window: the file's first bytes, as many as the limits say if there are so many.
  ///   - isWhole: whether they are the whole file.
  ///   - readings: what the whole file has decided, if it was asked; nil to go by the window.
  init(
    _ window: ArraySlice<UInt8>, isWhole: Bool, spec: Spec, limits: GridLimits, readings: ColumnReadings?
  ) throws(FeedParserError) {
    if let problem = GridSniffer.check(Array(window), isWhole: isWhole) { throw problem }
    if WorkbookSniffer.kind(of: window) != nil {
      reader = WorkbookReader(limits: limits) { FeedHeader.fit($0, spec: spec) }
      self.readings = readings ?? ColumnReadings(spec)
      commas = .none
      return
    }
    let dialect = DialectSniffer.dialect(of: window, delimiter: spec.delimiter, limits: limits) { row in
      FeedHeader.fit(row, spec: spec).found
    }
    reader = CSVReader(dialect: dialect, limits: limits)
    commas = CommaTrust(delimiter: dialect.delimiter)
    self.readings = readings ?? GridOpener.readings(of: window, dialect, isWhole: isWhole, spec, limits)
  }

  /// How the window's columns are to be read: commas before fractions are looked for where commas cannot divide cells.
  private static func readings(
    of window: ArraySlice<UInt8>, _ dialect: CSVDialect, isWhole: Bool, _ spec: Spec, _ limits: GridLimits
  ) -> ColumnReadings {
    let declared = ColumnReadings(spec)
    let commas = CommaTrust(delimiter: dialect.delimiter)
    guard commas != .none else { return declared }
    var reader = CSVReader(dialect: dialect, limits: limits)
    var rows = GridRows()
    // What breaks the file is told when its rows are read.
    try? reader.read(Array(window), into: &rows)
    if isWhole { _ = try? reader.finish(into: &rows) }
    var evidence: ColumnEvidence?
    var searched = 0
    for index in 0..<rows.count where evidence != nil || searched < limits.headerRows {
      let row = rows[index]
      if evidence != nil {
        evidence?.add(row)
      } else {
        let header = FeedHeader(row, spec: spec)
        if header.isComplete(for: spec) {
          evidence = ColumnEvidence(spec: spec, header: header, commas: commas)
        }
        searched += 1
      }
    }
    guard var readings = evidence?.readings else { return declared }
    // Dates are another matter: the whole file decides, or nothing.
    readings.dateOrders = declared.dateOrders
    for index in spec.columns.indices {
      if case .date = spec.columns[index].type { readings.witnesses[index] = [] }
    }
    return readings
  }
}

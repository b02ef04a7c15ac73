internal import ItemModel
internal import JSONCodec
internal import SpecParser

/// A text is read as a number in every place that takes one, and compared with what its digits say.
struct NumberTrial {
  private let text: [UInt8]
  private let format: [UInt8]

  /// - Parameter input: the number, and on a line of its own a number format.
  init(_ input: [UInt8]) {
    let lines = input.split(separator: 0x0A, maxSplits: 1, omittingEmptySubsequences: false)
    text = Array((lines.first ?? []).prefix(200))
    format = lines.count > 1 ? Array(lines[1].prefix(200)) : []
  }

  func run() throws {
    try readDecimal()
    try readCells()
    try readSheet()
  }

  private func readDecimal() throws {
    guard let number = try? DecimalNumber(parsing: text) else { return }
    var written: [UInt8] = []
    number.appendText(atLeast: 0, to: &written)
    try demand(
      ExactDecimal(text) == ExactDecimal(written),
      "\(String(decoding: text, as: UTF8.self)) becomes \(String(decoding: written, as: UTF8.self))")
  }

  /// As a cell of every column of a grid.
  private func readCells() throws {
    let columns = TrialSpecs.everything.columns
    let doubled = text.flatMap { $0 == 0x22 ? [$0, $0] : [$0] }
    let cell = [0x22] + doubled + [0x22]
    var grid = Array(columns.map(\.name).joined(separator: "\t").utf8)
    // One column a row, so that each can be good by itself.
    for (place, column) in columns.enumerated() where column.type != .gtin {
      let cells = columns.indices.map { other in
        if other == 0 { return Array("02345673".utf8) }
        if other == place { return cell }
        return columns[other].isRequired ? Array("\(place)".utf8) : []
      }
      grid += [0x0A] + cells.joined(separator: [0x09])
    }
    let reading = try WholeReading(
      grid, spec: TrialSpecs.everything, size: 1 << 20, limits: GridLimits())
    if reading.error != nil { return }
    try reading.check()
    for row in reading.rows {
      guard let attributes = row.attributes else { continue }
      let entry = try JSONDocument(attributes).root[path: ["cost", "shipnodes"]]?.elements.first { _ in true }
      for name in ["weight", "pieces"] where row.line == (name == "weight" ? 4 : 5) {
        if let value = entry?[name]?.numberText { try compare(Array(value.utf8)) }
      }
      if row.line == 3, let value = entry?[path: ["unitCost", "currencyAmount"]]?.numberText {
        try compare(Array(value.utf8))
      }
      for name in ["startDate", "endDate"] {
        guard let day = entry?[name]?.string else { continue }
        try demand(CalendarDate(iso: Array(day.utf8)) != nil, "\(day) is no day")
      }
    }
  }

  /// Whatever was left out of a cell, its digits stay.
  private func compare(_ number: [UInt8]) throws {
    // What has no digit stands for nothing, which the spec has a value for.
    guard text.contains(where: { (0x30...0x39).contains($0) }) else { return }
    try demand(
      NumberTrial.significant(text) == NumberTrial.significant(number),
      "\(String(decoding: text, as: UTF8.self)) becomes \(String(decoding: number, as: UTF8.self))")
  }

  /// The digits without zeros at the ends.
  private static func significant(_ text: [UInt8]) -> [UInt8] {
    let digits = text.filter { (0x30...0x39).contains($0) }.drop { $0 == 0x30 }
    return Array(digits.reversed().drop { $0 == 0x30 }.reversed())
  }

  // MARK: Sheets

  /// As a number of a sheet, once with the format and once without.
  private func readSheet() throws {
    let number = xml(text)
    let sheet = """
      <worksheet><sheetData><row><c><v>\(number)</v></c><c s='1'><v>\(number)</v></c></row></sheetData></worksheet>
      """
    let styles = """
      <styleSheet><numFmts><numFmt numFmtId='164' formatCode='\(xml(format))'/></numFmts>
      <cellXfs><xf numFmtId='0'/><xf numFmtId='164'/></cellXfs></styleSheet>
      """
    let is1904 = format.first.map { $0 == 0x40 } ?? false
    var parts = [("xl/worksheets/sheet1.xml", sheet), ("xl/styles.xml", styles)]
    if is1904 {
      parts.append(
        (
          "xl/workbook.xml",
          """
          <workbook xmlns:r='r'><workbookPr date1904='1'/><sheets><sheet name='S' sheetId='1' r:id='s1'/></sheets></workbook>
          """
        ))
    }
    let archive = StoredArchive.bytes(
      WorkbookParts(
        WorkbookParts(entries: parts.map { (Array($0.utf8), Array($1.utf8)) }).input
      ).entries)
    var reader = WorkbookReader()
    var rows = GridRows()
    do {
      try reader.read(archive, into: &rows)
      while try reader.finish(into: &rows) {}
    } catch {
      return try demand(error.code == "empty_file", "a sheet of one number is refused: \(error)")
    }
    guard rows.count == 1 else { return try demand(rows.count == 0, "one row became \(rows.count)") }
    let row = rows[0]
    if row.count > 0 { try checkPlain(Array(row[0])) }
    if row.count > 1 { try checkDay(Array(row[1])) }
  }

  /// What a sheet shows is the number to 15 digits.
  private func checkPlain(_ shown: [UInt8]) throws {
    guard let exact = ExactDecimal(text), let written = ExactDecimal(shown), exact != written else { return }
    guard let one = Double(String(decoding: text, as: UTF8.self)),
      let other = Double(String(decoding: shown, as: UTF8.self))
    else { return }
    try demand(
      abs(one - other) <= abs(one) * 1e-14,
      "\(String(decoding: text, as: UTF8.self)) is shown as \(String(decoding: shown, as: UTF8.self))")
  }

  /// What looks like a day is one, unless it is a number with dashes among its digits.
  private func checkDay(_ shown: [UInt8]) throws {
    guard format.contains(where: "ymdhsYMDHS".utf8.contains), shown.first != 0x2D else { return }
    guard ExactDecimal(text) != nil, shown.count == 10 || shown.count == 19, shown[4] == 0x2D, shown[7] == 0x2D else {
      return
    }
    // A format may put a letter among the digits.
    guard shown[..<10].count(where: { (0x30...0x39).contains($0) }) == 8 else { return }
    let isDay = CalendarDate(iso: shown[..<10]) != nil || shown.starts(with: Array("1900-02-29".utf8))
    try demand(isDay, "\(String(decoding: text, as: UTF8.self)) is the day \(String(decoding: shown, as: UTF8.self))")
  }

  /// As an attribute or text of a document; what no document can hold is left out.
  private func xml(_ text: [UInt8]) -> String {
    String(decoding: text, as: UTF8.self).unicodeScalars.reduce(into: "") { text, scalar in
      switch scalar {
      case "<", ">", "&", "'", "\"": text += "&#\(scalar.value);"
      case " "..."~", "\u{A0}"..."\u{D7FF}", "\u{E000}"..."\u{FFFD}": text.unicodeScalars.append(scalar)
      default: break
      }
    }
  }
}

import SpecParser
import TestKit

/// A row as a test compares it: without the blank cells at its end.
struct Line: Equatable, CustomStringConvertible {
  let line: Int
  let cells: [String]

  init(_ line: Int, _ cells: [String]) {
    self.line = line
    self.cells = Array(cells.reversed().drop { $0.isEmpty }.reversed())
  }

  var description: String { "\(line): \(cells)" }
}

/// All rows that a workbook gives, fed in chunks of `size` bytes.
func lines(
  _ workbook: [UInt8], size: Int = 65_536, limits: GridLimits = GridLimits(),
  workbook workbookLimits: WorkbookLimits = WorkbookLimits(), fit: (@Sendable (GridRow) -> HeaderFit)? = nil
) throws -> [Line] {
  var limits = limits
  limits.workbook = workbookLimits
  var reader = WorkbookReader(limits: limits, fit: fit)
  var (rows, lines) = (GridRows(), [Line]())
  for start in stride(from: 0, to: workbook.count, by: size) {
    try reader.read(Array(workbook[start..<min(start + size, workbook.count)]), into: &rows)
  }
  var hasMore = true
  while hasMore {
    hasMore = try reader.finish(into: &rows)
    for index in 0..<rows.count {
      let row = rows[index]
      lines.append(Line(row.line, (0..<row.count).map { String(decoding: row[$0], as: UTF8.self) }))
    }
    rows.removeComplete()
  }
  return lines
}

/// The rows of a CSV file as Python writes it.
func lines(ofCSV text: String) -> [Line] {
  var (lines, cells, cell, line) = ([Line](), [String](), "", 1)
  var (isQuoted, last) = (false, Character(" "))
  for character in text {
    if character == "\"" {
      if !isQuoted, last == "\"" { cell.append("\"") }
      isQuoted.toggle()
    } else if isQuoted || (character != "," && character != "\n") {
      cell.append(character)
    } else {
      cells.append(cell)
      cell = ""
      if character == "\n" {
        lines.append(Line(line, cells))
        line += 1
        cells = []
      }
    }
    last = character
  }
  return lines.filter { !$0.cells.isEmpty }
}

/// How well a row does as the cost grid's header.
@Sendable func costFit(_ row: GridRow) -> HeaderFit {
  let names = (0..<row.count).map { String(decoding: row[$0], as: UTF8.self) }
  let found = names.count { ["Item Gtin", "Shipnode ID", "Unit Cost", "Start Date"].contains($0) }
  return HeaderFit(found: found, isComplete: names.contains("Item Gtin") && names.contains("Shipnode ID"))
}

/// A workbook written by hand.
struct Workbook {
  var sheets: [(name: String, state: String, xml: String)] = []
  var sharedStrings: String?
  var formats: [String] = []
  var properties = ""
  /// Parts that replace or join the others.
  var parts: [String: String] = [:]

  /// One sheet with these rows.
  init(rows: String = "", sharedStrings: String? = nil) {
    sheets = [("Sheet1", "visible", Workbook.sheet(rows))]
    self.sharedStrings = sharedStrings
  }

  static func sheet(_ rows: String) -> String {
    "<worksheet xmlns='\(main)'><sheetData>\(rows)</sheetData></worksheet>"
  }

  private static let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
  private static let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

  private static func relationships(_ list: [(id: String, kind: String, target: String)]) -> String {
    "<Relationships>"
      + list.map { "<Relationship Id='\($0.id)' Type='\(office)/\($0.kind)' Target='\($0.target)'/>" }.joined()
      + "</Relationships>"
  }

  var entries: [(name: String, bytes: [UInt8])] {
    var list = [("st", "styles", "styles.xml")]
    if sharedStrings != nil { list.append(("ss", "sharedStrings", "sharedStrings.xml")) }
    list += sheets.indices.map { ("s\($0)", "worksheet", "worksheets/sheet\($0).xml") }
    let entries = sheets.enumerated().map { index, sheet in
      "<sheet name='\(sheet.name)' sheetId='\(index + 1)' state='\(sheet.state)' r:id='s\(index)'/>"
    }
    let codes = formats.enumerated().map { "<numFmt numFmtId='\(164 + $0)' formatCode='\($1)'/>" }
    let styles = ["<xf numFmtId='0'/>"] + formats.indices.map { "<xf numFmtId='\(164 + $0)'/>" }
    var all = [
      "_rels/.rels": Workbook.relationships([("w", "officeDocument", "xl/workbook.xml")]),
      "xl/workbook.xml":
        "<workbook xmlns:r='\(Workbook.office)'>\(properties)<sheets>\(entries.joined())</sheets></workbook>",
      "xl/_rels/workbook.xml.rels": Workbook.relationships(list),
      "xl/styles.xml":
        "<styleSheet><numFmts>\(codes.joined())</numFmts><cellXfs>\(styles.joined())</cellXfs></styleSheet>",
    ]
    if let sharedStrings { all["xl/sharedStrings.xml"] = "<sst>\(sharedStrings)</sst>" }
    for (index, sheet) in sheets.enumerated() { all["xl/worksheets/sheet\(index).xml"] = sheet.xml }
    all.merge(parts) { $1 }
    return all.sorted { $0.key < $1.key }.map { ($0.key, Array($0.value.utf8)) }
  }

  func bytes(isEncrypted: Bool = false, isStored: Bool = false) throws -> [UInt8] {
    try TestArchive.bytes(entries, isEncrypted: isEncrypted, isStored: isStored)
  }
}

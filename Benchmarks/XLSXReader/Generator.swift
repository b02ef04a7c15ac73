import CZip
import Foundation

/// Makes a cost grid as a workbook, in the form that Excel gives it: GTINs are shared strings, dates serials.
struct Generator {
  var rows: Int
  /// Whether ship nodes are texts, each another: the table of shared strings is then as large as it gets.
  var hasTextNodes = false

  private static let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
  private static let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
  private static let package = "http://schemas.openxmlformats.org/package/2006/relationships"
  private static let content = "http://schemas.openxmlformats.org/package/2006/content-types"
  private static let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
  private static let header = [
    "Item Gtin", "Shipnode ID", "Unit Cost", "Allow other merchants to change cost", "Cost Start Date", "Cost End Date",
  ]

  var sheet: [UInt8] {
    var xml = #"<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="\#(Generator.main)"><sheetData>"#
    xml += #"<row r="1" spans="1:6">"#
    for column in 0..<6 { xml += #"<c r="\#(name(column))1" t="s"><v>\#(column)</v></c>"# }
    xml += "</row>"
    for row in 0..<rows {
      let line = row + 2
      xml += #"<row r="\#(line)" spans="1:6"><c r="A\#(line)" t="s"><v>\#(row + 8)</v></c>"#
      xml +=
        hasTextNodes
        ? #"<c r="B\#(line)" t="s"><v>\#(rows + row + 8)</v></c>"#
        : #"<c r="B\#(line)"><v>\#(1_000_000 + row % 5_000)</v></c>"#
      xml += #"<c r="C\#(line)"><v>\#(row % 900).\#(10 + row % 90)</v></c>"#
      xml += #"<c r="D\#(line)" t="s"><v>\#(6 + row % 2)</v></c>"#
      xml += #"<c r="E\#(line)" s="1"><v>43566</v></c><c r="F\#(line)" s="1"><v>43576</v></c></row>"#
    }
    return Array((xml + "</sheetData></worksheet>").utf8)
  }

  private var strings: [UInt8] {
    var xml = #"<?xml version="1.0" encoding="UTF-8"?><sst xmlns="\#(Generator.main)">"#
    for text in Generator.header + ["Yes", "No"] { xml += "<si><t>\(text)</t></si>" }
    for row in 0..<rows { xml += "<si><t>\(gtin(row))</t></si>" }
    if hasTextNodes { for row in 0..<rows { xml += "<si><t>Store No \(1_000_000 + row)</t></si>" } }
    return Array((xml + "</sst>").utf8)
  }

  /// The workbook's bytes.
  func archive(sheet: [UInt8]) -> [UInt8] {
    let workbook = """
      <workbook xmlns="\(Generator.main)" xmlns:r="\(Generator.office)"><sheets>\
      <sheet name="Cost" sheetId="1" r:id="rId1"/></sheets></workbook>
      """
    let styles = """
      <styleSheet xmlns="\(Generator.main)"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts>\
      <cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="164" applyNumberFormat="1"/></cellXfs></styleSheet>
      """
    let parts = [
      ("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml"), ("sharedStrings", "sharedStrings.xml"),
    ]
    return zip([
      ("[Content_Types].xml", types),
      ("_rels/.rels", relationships([("officeDocument", "xl/workbook.xml")])),
      ("xl/workbook.xml", Array(workbook.utf8)), ("xl/_rels/workbook.xml.rels", relationships(parts)),
      ("xl/styles.xml", Array(styles.utf8)), ("xl/sharedStrings.xml", strings), ("xl/worksheets/sheet1.xml", sheet),
    ])
  }

  private var types: [UInt8] {
    let parts = [
      ("workbook", "sheet.main"), ("worksheets/sheet1", "worksheet"), ("styles", "styles"),
      ("sharedStrings", "sharedStrings"),
    ].map { #"<Override PartName="/xl/\#($0).xml" ContentType="\#(Generator.kind).\#($1)+xml"/>"# }
    let relationships =
      #"<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>"#
    return Array(#"<Types xmlns="\#(Generator.content)">\#(relationships)\#(parts.joined())</Types>"#.utf8)
  }

  private func relationships(_ targets: [(kind: String, target: String)]) -> [UInt8] {
    let list = targets.enumerated().map { index, part in
      #"<Relationship Id="rId\#(index + 1)" Type="\#(Generator.office)/\#(part.kind)" Target="\#(part.target)"/>"#
    }
    return Array(#"<Relationships xmlns="\#(Generator.package)">\#(list.joined())</Relationships>"#.utf8)
  }

  private func name(_ column: Int) -> String { String(UnicodeScalar(UInt8(65 + column))) }

  private func gtin(_ row: Int) -> String {
    let body = 10_000_000_000 + row
    var (sum, rest, weight) = (0, body, 3)
    while rest > 0 {
      sum += rest % 10 * weight
      (rest, weight) = (rest / 10, 4 - weight)
    }
    return "0\(body)\((10 - sum % 10) % 10)"
  }

  private func zip(_ parts: [(name: String, bytes: [UInt8])]) -> [UInt8] {
    var error = zip_error_t()
    guard let target = zip_source_buffer_create(nil, 0, 0, &error) else { preconditionFailure("no memory") }
    zip_source_keep(target)
    guard let archive = zip_open_from_source(target, ZIP_TRUNCATE, &error) else { preconditionFailure("no archive") }
    for part in parts {
      // Given to the archive, which frees it.
      let copy = malloc(max(1, part.bytes.count))
      part.bytes.withUnsafeBytes { if let base = $0.baseAddress { copy?.copyMemory(from: base, byteCount: $0.count) } }
      let source = zip_source_buffer(archive, copy, UInt64(part.bytes.count), 1)
      zip_file_add(archive, part.name, source, 0)
    }
    guard zip_close(archive) == 0, zip_source_open(target) == 0 else { preconditionFailure("no archive written") }
    var stat = zip_stat_t()
    zip_source_stat(target, &stat)
    return [UInt8](unsafeUninitializedCapacity: Int(stat.size)) { buffer, count in
      count = Int(zip_source_read(target, buffer.baseAddress, UInt64(buffer.count)))
    }
  }
}

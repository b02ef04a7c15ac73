internal import FoundationEssentials
internal import SpecParser
internal import ZipReader

/// What trials begin with: the package's own grids, workbooks and specs.
public struct Seeds {
  public private(set) var inputs: [[UInt8]] = []

  public init(_ trial: GridTrial) throws {
    switch trial {
    case .file: try addFiles()
    case .workbook: try addWorkbooks()
    case .spec: try addSpecs()
    case .number: addNumbers()
    }
  }

  private mutating func addFiles() throws {
    let hostile = try Seeds.files(in: "grids/hostile", ".csv")
    let cost = try hostile + Seeds.files(in: "grids", ".csv")
    for (place, grid) in cost.enumerated() { add(grid, spec: 0, place) }
    for workbook in try Seeds.files(in: "grids/xlsx", ".xlsx") { add(workbook, spec: 0, 4) }
    for (place, spec) in TrialSpecs.all.enumerated() {
      add(GridTemplate.csv(spec) + Array("02345673,1,2\r\n".utf8), spec: place, 0)
    }
    for (spec, text) in Seeds.grids { add(Array(text.utf8), spec: spec, 1) }
  }

  private mutating func add(_ file: [UInt8], spec: Int, _ place: Int) {
    inputs.append([UInt8(spec + place % 64 * 4), UInt8(truncatingIfNeeded: place * 3)] + file)
  }

  private mutating func addWorkbooks() throws {
    let root = "\(Seeds.fixtures)/grids/xlsx"
    for name in try FileManager.default.contentsOfDirectory(atPath: root).sorted() where name.hasSuffix(".xlsx") {
      let archive = try ZipArchive(path: "\(root)/\(name)")
      var parts: [(name: [UInt8], content: [UInt8])] = []
      for entry in archive.entries where Seeds.isRead(entry.name) && entry.size < 20_000 {
        let stream = try archive.open(entry, limit: 20_000)
        var content = [UInt8](repeating: 0, count: Int(entry.size))
        var filled = 0
        try content.withUnsafeMutableBytes { buffer in
          while filled < buffer.count {
            let read = try stream.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
            if read == 0 { break }
            filled += read
          }
        }
        parts.append((Array(entry.name.utf8), content))
      }
      inputs.append([0, UInt8(inputs.count % 4)] + WorkbookParts(entries: parts).input)
    }
    for sheet in Seeds.sheets {
      let input = Array("xl/worksheets/sheet1.xml\n<worksheet><sheetData>\(sheet)</sheetData></worksheet>".utf8)
      inputs.append([3, 1] + input)
    }
  }

  /// Themes, properties and the like are not read.
  private static func isRead(_ name: String) -> Bool {
    name.hasSuffix(".rels") || ["workbook.xml", "styles.xml", "sharedStrings.xml"].contains { name.hasSuffix($0) }
      || name.hasPrefix("xl/worksheets/")
  }

  private mutating func addSpecs() throws {
    inputs = try Seeds.files(in: "specs", ".yaml") + [Array(TrialSpecs.text.utf8)]
  }

  private mutating func addNumbers() {
    inputs = Seeds.numbers.flatMap { number in Seeds.formats.map { Array("\(number)\n\($0)".utf8) } }
  }

  // MARK: Fixtures

  private static let fixtures =
    "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/Fixtures"

  private static func files(in folder: String, _ suffix: String) throws -> [[UInt8]] {
    let root = "\(fixtures)/\(folder)"
    return try FileManager.default.contentsOfDirectory(atPath: root).sorted().filter { $0.hasSuffix(suffix) }
      .map { Array(try Data(contentsOf: URL(fileURLWithPath: "\(root)/\($0)"))) }
  }

  private static let numbers = [
    "0", "1.5", "-12.50", "1,234.5", "1.234,56", "6.2145556123E+10", "43566", "43566.5", "1e-7", "999999999999999.9",
    "0.0000000000000000000001e22", "2958465.999999", "$39.88", "(2.50)", "4-11-19", "29.02.2020", "1 234 567,5",
  ]

  private static let formats = [
    "General", "yyyy-mm-dd", "@dd/mm/yyyy hh:mm", "[$€-407] #,##0.00", "000000000000", "0.00%", "[h]:mm:ss",
    "000-00-0000",
    "\"$\"#,##0.00;[Red]-\"$\"#,##0.00",
  ]

  private static let sheets = [
    """
    <row r='1'><c r='A1' t='str'><v>GTIN</v></c><c t='str'><v>Place</v></c><c t='str'><v>From</v></c></row>
    <row r='3'><c t='str'><v>02345673</v></c><c t='b'><v>1</v></c><c t='d'><v>2019-04-11T00:00:00</v></c></row>
    """,
    """
    <row><c t='inlineStr'><is><t>EAN</t></is></c><c t='inlineStr'><is><r><t>Pl</t></r><r><t>ace</t></r></is></c></row>
    <row><c><v>2345673</v></c><c t='e'><v>#N/A</v></c><c t='str'><f>A1</f><v>a_x000D_b</v></c></row>
    """,
  ]

  private static let grids = [
    (
      3,
      """
      GTIN;Place;Amount;Weight;Pieces;Fragile;From;Until;Colour;Sizes;Days;Title
      02345673;a;1.234,56 €;1,5;3;ja;13.4.2019;14.4.2019;rot;1|2,5;1.2.2019|13.2.2019;"so ""x""\t"
      02345673;a;(2,00);-1;1.000;yes;15/4/2019;;blue;;;
      02345673;b;$5;;;;;;green;1;;—
      """
    ),
    (1, "EAN,Title,Images,Weight,Weight Unit,Shipping Methods,Price\n02345673,T,a|b|\"\"c\"\",2,lbs,ground|2 day,$5\n"),
    (2, "GTIN\tPrice\tStart\n02345673\t5.00 USD\t2019-04-11\n416000336108\t6\t\n"),
  ]
}

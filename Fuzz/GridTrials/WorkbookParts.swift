/// The parts of a workbook as one input.
public struct WorkbookParts {
  public var entries: [(name: [UInt8], content: [UInt8])]

  /// Reads `NAME LF CONTENT NUL …`. What a workbook cannot do without and the input leaves out is added.
  public init(_ input: some Collection<UInt8>) {
    entries = input.split(separator: 0).map { entry in
      let name = entry.prefix { $0 != 0x0A }
      return (Array(name), Array(entry.dropFirst(name.count + 1)))
    }
    let names = Set(entries.map(\.name))
    for (name, content) in WorkbookParts.frame where !names.contains(Array(name.utf8)) {
      entries.append((Array(name.utf8), Array(content.utf8)))
    }
  }

  public init(entries: [(name: [UInt8], content: [UInt8])]) { self.entries = entries }

  /// The parts as an input.
  public var input: [UInt8] { Array(entries.map { $0.name + [0x0A] + $0.content }.joined(separator: [0])) }

  private static let kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

  private static let frame = [
    "_rels/.rels":
      "<Relationships><Relationship Id='w' Type='\(kinds)/officeDocument' Target='xl/workbook.xml'/></Relationships>",
    "xl/workbook.xml":
      "<workbook xmlns:r='\(kinds)'><sheets><sheet name='Sheet1' sheetId='1' r:id='s1'/></sheets></workbook>",
    "xl/_rels/workbook.xml.rels": """
    <Relationships><Relationship Id='s1' Type='\(kinds)/worksheet' Target='worksheets/sheet1.xml'/>
    <Relationship Id='st' Type='\(kinds)/styles' Target='styles.xml'/>
    <Relationship Id='ss' Type='\(kinds)/sharedStrings' Target='sharedStrings.xml'/></Relationships>
    """,
  ]
}

import TestKit
import Testing

/// A workbook that the service wrote, as its XML has it: what a spreadsheet would show of it.
struct ColouredWorkbook {
  struct Sheet {
    let name: String
    let isHidden: Bool
    /// By place, such as `B2`; those that are neither filled nor coloured are not there.
    let cells: [String: Cell]
    /// What drops down, by the cells where it does: `D2:D100001`.
    let choices: [String: String]
    /// What is formatted as text without being filled.
    let textColumns: ClosedRange<Int>?
  }

  struct Cell {
    let text: String
    /// Empty, or red, green and blue.
    let background: String
  }

  let sheets: [Sheet]

  init(_ workbook: [UInt8]) throws {
    let parts = try TestArchive.contents(of: workbook).mapValues { String(decoding: $0, as: UTF8.self) }
    let styles = try #require(parts["xl/styles.xml"])
    let fills = styles.firstMatch(of: /<fills.*?<\/fills>/)?.output.matches(of: /<fill>.*?<\/fill>/).map {
      $0.output.firstMatch(of: /<fgColor rgb="FF(\w+)"/).map { String($0.1) } ?? ""
    }
    let backgrounds = try #require(styles.firstMatch(of: /<cellXfs.*?<\/cellXfs>/)).output
      .matches(of: /<xf .*?fillId="(\d+)"/).map { fills?[Int($0.1) ?? 0] ?? "" }
    let names = try #require(parts["xl/workbook.xml"]).matches(of: /<sheet name="(.*?)".*?\/>/)
    sheets = try names.enumerated().map { index, name in
      let xml = try #require(parts["xl/worksheets/sheet\(index + 1).xml"])
      return Sheet(
        name: String(name.1), isHidden: name.0.contains(#"state="hidden""#),
        cells: Self.cells(xml, backgrounds), choices: Self.choices(xml), textColumns: Self.textColumns(xml))
    }
  }

  private static func cells(_ xml: String, _ backgrounds: [String]) -> [String: Cell] {
    var cells: [String: Cell] = [:]
    for match in xml.matches(of: /<c r="(\w+)" s="(\d+)"(?:\/>|.*?<t(?: .*?)?>((?s:.*?))<\/t>)/) {
      cells[String(match.1)] = Cell(
        text: match.3.map { text(String($0)) } ?? "", background: backgrounds[Int(match.2) ?? 0])
    }
    return cells
  }

  private static func choices(_ xml: String) -> [String: String] {
    let matches = xml.matches(of: /<dataValidation type="list".*?sqref="(.*?)".*?<formula1>(.*?)<\/formula1>/)
    return Dictionary(uniqueKeysWithValues: matches.map { (String($0.1), text(String($0.2))) })
  }

  private static func textColumns(_ xml: String) -> ClosedRange<Int>? {
    let places = xml.matches(of: /<col min="(\d+)" max="(\d+)".*? style="\d+"/).flatMap { [Int($0.1), Int($0.2)] }
    guard let first = places.compactMap({ $0 }).min(), let last = places.compactMap({ $0 }).max() else { return nil }
    return first...last
  }

  /// `A`, `Z`, `AA`, … of a column from 0.
  static func letters(ofColumn column: Int) -> String {
    let last = String(UnicodeScalar(UInt8(0x41 + column % 26)))
    return column < 26 ? last : letters(ofColumn: column / 26 - 1) + last
  }

  private static func text(_ xml: String) -> String {
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&amp;", "&")].reduce(xml) { $0.replacing($1.0, with: $1.1) }
  }
}

extension ColouredWorkbook.Sheet {
  /// The texts of a column, from the row `first` on until one has none.
  func texts(_ column: String, from first: Int = 1) -> [String] {
    sequence(first: first) { $0 + 1 }.lazy.map { cells["\(column)\($0)"]?.text }.prefix { $0 != nil }.compactMap { $0 }
  }

  /// A row's cells, `[error]5` with what their colour means, from the first of 26 to the last that is there.
  func row(_ line: Int) -> String {
    let colours = ["DDE6F0": "[header]", "FFC7CE": "[error]", "FFEB9C": "[warning]", "DDEBF7": "[note]", "": ""]
    let row = (0..<26).map { cells["\(ColouredWorkbook.letters(ofColumn: $0))\(line)"] }
    return row.prefix((row.lastIndex { $0 != nil } ?? -1) + 1).map { cell in
      cell.map { (colours[$0.background] ?? $0.background) + $0.text } ?? ""
    }.joined(separator: "|")
  }
}

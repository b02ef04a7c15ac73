import SpecParser
import Testing

/// Workbooks of other writers read the same as their CSV twins; `Fixtures/grids/xlsx/make.py` made them.
@Suite struct WorkbookFixtureTests {
  static let names = [
    "cost-openpyxl", "writeonly-openpyxl", "1904-openpyxl", "cost-xlsxwriter", "inline-xlsxwriter", "1904-xlsxwriter",
    "formats-openpyxl", "formats-xlsxwriter", "texts-xlsxwriter", "inlinetexts-xlsxwriter", "sparse-openpyxl",
    "sheets-openpyxl", "rich-openpyxl", "strict-changed", "prefixed-changed", "cost-libreoffice",
    "formats-libreoffice", "sparse-libreoffice", "sheets-libreoffice", "1904-libreoffice",
  ]

  @Test(arguments: names) func readsAsItsTwin(_ name: String) throws {
    let workbook = try fixture("grids/xlsx/\(name).xlsx")
    let twin = lines(ofCSV: String(decoding: try fixture("grids/xlsx/\(name).csv"), as: UTF8.self))
    for size in [1000, 65_536] {
      let read = try lines(workbook, size: size, fit: name.hasPrefix("sheets") ? costFit : nil)
      #expect(read.count == twin.count)
      for (row, other) in zip(read, twin) { #expect(row == other) }
    }
  }

  @Test func everyWorkbookIsTried() throws {
    let root = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
    let there = try files(in: "/\(root)/Fixtures/grids/xlsx").filter { $0.hasSuffix(".xlsx") }
    #expect(Set(there) == Set(Self.names.map { "\($0).xlsx" }))
  }
}

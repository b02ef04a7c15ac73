/// What a workbook of the collection holds, as openpyxl reads it, but for percentages, which are written as such; rows
/// without their blank cells at the end.
struct MessyWorkbook {
  let name: String
  /// A column of the sheet that is meant; nil for the first one.
  var header: String?
  /// Rows that are not blank.
  let rows: Int
  /// Of all their cells (`MessyTable.digest`).
  let digest: UInt64
  /// Some rows as a person reads them, by the spreadsheet's number.
  var lines: [Int: [String]] = [:]

  static let all: [MessyWorkbook] = [
    // The twin of `simple.csv`.
    MessyWorkbook(
      name: "simple.xlsx", rows: 7, digest: 0x2151_1192_F04B_D7F3,
      lines: [1: ["date", "temperature", "place"], 3: ["2011-01-02", "-1", "Galway"]]),
    MessyWorkbook(name: "sw_gen.xlsx", rows: 16, digest: 0xD91C_5ACD_047F_0688),
    // A report on the first sheet; its data on a hidden one, of which two tables stand side by side.
    MessyWorkbook(
      name: "large.xlsx", rows: 33, digest: 0x3084_8D3B_49F6_1338,
      lines: [2: ["AS OF June 30, 2013"]]),
    MessyWorkbook(
      name: "large.xlsx", header: "RptDate", rows: 8_546, digest: 0xE335_CEBE_B95B_A60B,
      lines: [
        4: ["2013-06-30", "A", "PiecesIssued", "1026746", "", "2013-06-30", "A", "752", "201306", "2013", "1026746"]
      ]
    ),
    // Prose above a table with merged cells.
    MessyWorkbook(
      name: "bian-anal-mca-2005-dols-eng-1011-0312-tab3.xlsm", rows: 41, digest: 0x75B1_3698_72F9_0EAA,
      lines: [11: ["", "October 2011 - March 2012"], 47: ["", "Data item", "Description", "Definition"]]),
  ]
}

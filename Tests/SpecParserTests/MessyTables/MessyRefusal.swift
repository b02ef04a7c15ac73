/// A file of the collection that is no grid, and the code that says so.
struct MessyRefusal {
  let name: String
  let code: String

  static let all: [MessyRefusal] = [
    // Tables of pages, which no merchant sends.
    MessyRefusal(name: "badcolspan.html", code: "not_a_grid"),
    MessyRefusal(name: "complex.html", code: "not_a_grid"),
    MessyRefusal(name: "html.html", code: "not_a_grid"),
    MessyRefusal(name: "invisible_text.html", code: "not_a_grid"),
    MessyRefusal(name: "rowcolspan.html", code: "not_a_grid"),
    // The binary format that Excel had before 2007.
    MessyRefusal(name: "encrypted_no_password.xls", code: "old_xls"),
    MessyRefusal(name: "excel_properties.xls", code: "old_xls"),
    MessyRefusal(name: "simple.xls", code: "old_xls"),
    MessyRefusal(name: "span_rich.xls", code: "old_xls"),
    MessyRefusal(name: "unicode_sheet_name.xls", code: "old_xls"),
    // An archive with a CSV file in it.
    MessyRefusal(name: "simple.zip", code: "no_workbook"),
    // A workbook whose only sheet has no cell, and a file of no byte.
    MessyRefusal(name: "libreoffice.xlsx", code: "no_sheet"),
    MessyRefusal(name: "simple.unknown", code: "empty_file"),
  ]
}

import BenchmarkKit

extension Rivals {
  /// Goes through all rows of the first sheet; values are not checked.
  static let workbooks = Rivals(
    script: """
      if has("python_calamine", "calamine"):
          from python_calamine import CalamineWorkbook
          def run():
              with CalamineWorkbook.from_path(path) as book:
                  for row in book.get_sheet_by_index(0).iter_rows(): pass
          best("calamine", run)

      if has("openpyxl", "openpyxl"):
          from openpyxl import load_workbook
          def run():
              book = load_workbook(path, read_only=True)
              for row in book.worksheets[0].iter_rows(values_only=True): pass
              book.close()
          best("openpyxl", run, times=1)
      """)
}

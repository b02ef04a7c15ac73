internal import CXlsxwriter
internal import Glibc
public import ScratchFiles

/// Writes an XLSX workbook, row after row, in memory that does not grow with the rows.
///
/// Not for several threads at once. Writing blocks, as files do.
public final class WorkbookWriter {
  /// A sheet of this workbook.
  public struct Sheet {
    /// Owned by the workbook.
    fileprivate let pointer: UnsafeMutablePointer<lxw_worksheet>

    /// Bytes of the rows that the library has put aside so far; nil when some could not be written.
    fileprivate var bytesOfRows: Int? {
      guard let rows = pointer.pointee.optimize_tmpfile else { return 0 }
      return fflush(rows) == 0 && ferror(rows) == 0 ? ftell(rows) : nil
    }
  }

  /// The most characters that a cell takes.
  public static let maxCellLength = 32_767
  /// The most columns that a sheet has.
  public static let maxColumns = 16_384

  private let file: ScratchFile
  /// For the library's own temporary files: the rows of all sheets, and, while the workbook is closed, as much again for
  /// the copy of a sheet's and what was packed before.
  private let room: ScratchReservation
  /// Bytes that were written since the library's files were last looked at.
  private var unseen = 0
  /// Closed, and by that freed, once: by `finish` or at the end of this object.
  private var workbook: UnsafeMutablePointer<lxw_workbook>?
  private var sheets: [Sheet] = []
  /// Owned by the workbook, in the order of `CellStyle`.
  private var formats: [UnsafeMutablePointer<lxw_format>] = []
  /// The text of a cell as C wants it, in the same memory for all.
  private var text: [CChar] = []

  /// - Parameter file: an empty one; the workbook is in it once `finish` has returned.
  public init(to file: ScratchFile) throws(WorkbookError) {
    self.file = file
    room = ScratchReservation(in: file.space)
    // The library's own temporary files lie beside it.
    let made = file.space.folder.withCString { folder in
      var options = lxw_workbook_options(
        constant_memory: 1, tmpdir: UnsafeMutablePointer(mutating: folder), use_zip64: 1)
      return workbook_new_opt(file.path, &options)
    }
    guard let workbook = made else {
      throw WorkbookError(.noRoom, "there is not enough memory")
    }
    self.workbook = workbook
    for style in CellStyle.allCases {
      guard let format = workbook_add_format(workbook) else { throw WorkbookError(.noRoom, "not enough memory") }
      format_set_num_format(format, "@")
      if style == .header { format_set_bold(format) }
      if style == .remark { format_set_font_color(format, 0x66_6666) }
      if let background = style.background { format_set_bg_color(format, background) }
      formats.append(format)
    }
  }

  deinit {
    guard let workbook else { return }
    // Closing it would first write all of it. What the library frees alone leaves its files open.
    for sheet in sheets {
      guard let rows = sheet.pointer.pointee.optimize_tmpfile else { continue }
      sheet.pointer.pointee.optimize_tmpfile = nil
      fclose(rows)
    }
    lxw_workbook_free(workbook)
  }

  /// Adds a sheet behind those that are there. Rows are written to one sheet after the other.
  public func addSheet(_ name: String) throws(WorkbookError) -> Sheet {
    // Asked first, since adding complains on the standard error stream.
    guard workbook_validate_sheet_name(workbook, name) == LXW_NO_ERROR,
      let sheet = workbook_add_worksheet(workbook, name)
    else {
      throw WorkbookError(.badSheetName, "“\(name)” cannot be the name of a sheet")
    }
    sheets.append(Sheet(pointer: sheet))
    return Sheet(pointer: sheet)
  }

  /// Writes a cell. Rows from top to bottom: a row that was left is on disk.
  ///
  /// What no XLSX can hold is left out: control characters, and what is beyond the longest cell.
  /// - Throws: `noRoom` when the rows of all sheets take more than the half of what their space has left.
  public func write(
    _ bytes: some Sequence<UInt8>, row: Int, column: Int, _ style: CellStyle = .plain, in sheet: Sheet
  ) throws(WorkbookError) {
    guard row < 1_048_576, column < WorkbookWriter.maxColumns else {
      throw WorkbookError(.outOfSheet, "a sheet has 1,048,576 rows and 16,384 columns at most")
    }
    WorkbookText.take(bytes, into: &text)
    // An empty cell still shows its colour.
    let format = formats[style.rawValue]
    let error =
      text.count == 1
      ? worksheet_write_blank(sheet.pointer, UInt32(row), UInt16(column), format)
      : worksheet_write_string(sheet.pointer, UInt32(row), UInt16(column), text, format)
    try check(error)
    unseen += WorkbookWriter.markup + text.count
    if unseen > WorkbookWriter.lookAfter { try takeRoom() }
  }

  private static let markup = 40
  private static let lookAfter = 128 * 1024

  /// Looks at what the library's files have become, and takes room for them.
  private func takeRoom() throws(WorkbookError) {
    unseen = 0
    var bytes = 0
    for sheet in sheets {
      guard let rows = sheet.bytesOfRows else { throw notWhole }
      bytes += rows
    }
    do throws(ScratchFileError) { try room.grow(to: 2 * bytes) } catch {
      throw WorkbookError(.noRoom, error.description)
    }
  }

  private var notWhole: WorkbookError {
    WorkbookError(.noRoom, "a temporary file in \(file.space.folder) cannot be written whole")
  }

  /// Sets the width, in characters, of columns, and makes their empty cells text.
  public func setWidth(_ width: Double, of columns: ClosedRange<Int>, in sheet: Sheet) throws(WorkbookError) {
    try check(
      worksheet_set_column(
        sheet.pointer, UInt16(columns.lowerBound), UInt16(columns.upperBound), width,
        formats[CellStyle.plain.rawValue]))
  }

  /// Keeps the rows above `row` in sight.
  public func freeze(above row: Int, in sheet: Sheet) { worksheet_freeze_panes(sheet.pointer, UInt32(row), 0) }

  public func hide(_ sheet: Sheet) { worksheet_hide(sheet.pointer) }

  /// Offers values for cells of a column; others are still taken, after a warning.
  public func offer(
    _ dropDown: DropDown, in rows: ClosedRange<Int>, column: Int, of sheet: Sheet
  ) throws(WorkbookError) {
    var validation = lxw_data_validation()
    validation.ignore_blank = 1
    validation.dropdown = UInt8(LXW_VALIDATION_ON.rawValue)
    validation.error_type = UInt8(LXW_VALIDATION_ERROR_TYPE_WARNING.rawValue)
    func set(_ validation: inout lxw_data_validation) -> lxw_error {
      worksheet_data_validation_range(
        sheet.pointer, UInt32(rows.lowerBound), UInt16(column), UInt32(rows.upperBound), UInt16(column), &validation)
    }
    switch dropDown {
    case .values(let values):
      var list = values.map { strdup($0) } + [nil]
      defer { for text in list { free(text) } }
      validation.validate = UInt8(LXW_VALIDATION_TYPE_LIST.rawValue)
      let error = list.withUnsafeMutableBufferPointer { list in
        validation.value_list = list.baseAddress
        return set(&validation)
      }
      try check(error)
    case .column(let name, let place, let count):
      let letters = WorkbookText.letters(ofColumn: place)
      let quoted = name.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''")
      let formula = strdup("='\(quoted)'!$\(letters)$1:$\(letters)$\(count)")
      defer { free(formula) }
      validation.validate = UInt8(LXW_VALIDATION_TYPE_LIST_FORMULA.rawValue)
      validation.value_formula = formula
      try check(set(&validation))
    }
  }

  /// Ends the workbook: it is in the file now.
  public func finish() throws(WorkbookError) {
    guard let workbook else { return }
    try takeRoom()
    self.workbook = nil
    let rows = sheets.map(\.bytesOfRows)
    let error = workbook_close(workbook)
    // The library's files are gone; what has come of them counts from now on.
    room.giveBack()
    try check(error)
    do {
      try file.adoptSize()
    } catch {
      throw WorkbookError(.noRoom, error.description)
    }
    for (place, rows) in rows.enumerated() where try !isWhole(place + 1, rows) {
      throw notWhole
    }
  }

  private func isWhole(_ sheet: Int, _ rows: Int?) throws(WorkbookError) -> Bool {
    guard let rows else { return false }
    do {
      return try SheetCheck(file).isWhole(sheet, rows: rows)
    } catch {
      throw WorkbookError(.failed, "\(error)")
    }
  }

  private func check(_ error: lxw_error) throws(WorkbookError) {
    guard error != LXW_NO_ERROR else { return }
    let text = String(cString: lxw_strerror(error))
    switch error {
    case LXW_ERROR_MEMORY_MALLOC_FAILED, LXW_ERROR_CREATING_XLSX_FILE, LXW_ERROR_CREATING_TMPFILE,
      LXW_ERROR_ZIP_FILE_OPERATION, LXW_ERROR_ZIP_CLOSE, LXW_ERROR_READING_TMPFILE:
      throw WorkbookError(.noRoom, text)
    case LXW_ERROR_WORKSHEET_INDEX_OUT_OF_RANGE: throw WorkbookError(.outOfSheet, text)
    default: throw WorkbookError(.failed, text)
    }
  }
}

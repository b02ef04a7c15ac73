internal import ScratchFiles
internal import XMLReader
internal import ZipReader

/// What is wrong with a file that should be a workbook.
extension FeedParserError {
  private static let saveAs = "Open it in a spreadsheet, save it as XLSX or as CSV (UTF-8), and send that."

  /// Codes of files that are something else altogether.
  static let otherFormats: Set = ["old_xls", "xlsb", "ods", "docx", "html", "no_workbook"]

  static let encrypted = FeedParserError(
    code: "encrypted", what: "The workbook is protected by a password.",
    hint: "Remove the password from the file, or save the sheet as CSV (UTF-8), and send that.")
  static let oldXLS = FeedParserError(code: "old_xls", what: "The file is an old XLS workbook.", hint: saveAs)
  static let xlsb = FeedParserError(code: "xlsb", what: "The file is a binary workbook (XLSB).", hint: saveAs)
  static let ods = FeedParserError(code: "ods", what: "The file is an OpenDocument file.", hint: saveAs)
  static let noWorkbook = FeedParserError(
    code: "no_workbook", what: "The file is an archive without a workbook in it.",
    hint: "Send the grid itself, as XLSX or CSV, not packed.")

  static func document(_ kind: String) -> Self {
    FeedParserError(code: "docx", what: "The file is \(kind), not a workbook.", hint: saveAs)
  }

  static let html = FeedParserError(
    code: "html", what: "The file is an HTML or XML page under a workbook's name.", hint: saveAs)

  static let truncated = FeedParserError(
    code: "truncated", what: "The workbook is cut off.", hint: "Send it again, whole.")

  static func damagedWorkbook(_ reason: String) -> Self {
    FeedParserError(code: "damaged_workbook", what: "The workbook is damaged: \(reason).", hint: saveAs)
  }

  static func zipBomb(_ part: String, limit: Int) -> Self {
    FeedParserError(
      code: "zip_bomb", what: "The workbook's part \(part) unpacks to more than \(limit) bytes.",
      hint: "Delete what the grid does not need, or send it in several files.")
  }

  static func entityBomb(_ part: String) -> Self {
    FeedParserError(
      code: "entity_bomb", what: "The workbook's part \(part) declares a document type, as no spreadsheet does.",
      hint: saveAs)
  }

  static func workbookLimit(_ what: String) -> Self {
    FeedParserError(
      code: "workbook_limit", what: "The workbook is larger than a spreadsheet's own: \(what).", hint: saveAs)
  }

  static func fileTooLarge(limit: Int) -> Self {
    FeedParserError(
      code: "file_too_large", what: "The workbook has more than \(limit) bytes.", hint: "Send it in several files.")
  }

  static func tooManyCells(line: Int, limit: Int) -> Self {
    FeedParserError(
      code: "too_many_cells", what: "The sheet has more than \(limit) cells.",
      hint: "Delete the columns on the right.", line: line)
  }

  static func outOfOrder(line: Int) -> Self {
    FeedParserError(
      code: "rows_out_of_order", what: "The sheet's rows or cells are not in order, or some are there twice.",
      hint: saveAs, line: line)
  }

  static func noSheetFits(_ names: [String]) -> Self {
    FeedParserError(
      code: "no_sheet_fits", what: "None of the sheets \(SheetChoice.list(names)) has the header of this grid.",
      hint: "Name the columns as the template does.")
  }

  static let noSheet = FeedParserError(
    code: "no_sheet", what: "The workbook has no sheet with cells.", hint: "Send a grid with a header and rows.")

  /// No fault of the file: it can be read again later.
  static func temporaryFile(_ reason: String) -> Self {
    FeedParserError(
      code: temporaryFileCode, what: "There is no room to unpack the file: \(reason).", hint: "Try again later.")
  }
  private static let temporaryFileCode = "temporary_file"

  /// No fault of the file either, but at each try there would be too little room again.
  public static let needsTooMuchRoom = FeedParserError(
    code: "needs_too_much_room", what: "Checking the file takes more room on disk than all files together may have.",
    hint: "Send it in several files.")

  /// Whether the service is at fault, not the file: the same file may be read later, or by a service with more room.
  public var isSystemFault: Bool { code == FeedParserError.temporaryFileCode || isForGood }

  /// Whether it is the service's fault, and trying again is of no use.
  public var isForGood: Bool { self == .needsTooMuchRoom }

  init(_ error: ZipError, part: String) {
    self =
      switch error {
      case .notAnArchive: .noWorkbook
      case .truncated: .truncated
      case .encrypted: .encrypted
      case .tooLarge(let limit): .zipBomb(part, limit: limit)
      case .directoryTooLarge: .workbookLimit("\(error)")
      case .damaged, .checksum, .unsupportedMethod: .damagedWorkbook("\(error)")
      case .system(let reason): .temporaryFile(reason)
      }
  }

  init(_ error: XMLError, part: String) {
    self =
      switch error {
      case .documentType: .entityBomb(part)
      case .truncated: .truncated
      case .malformed, .unknownEncoding: .damagedWorkbook("its part \(part), \(error)")
      case .tooDeep, .tokenTooLong, .tooManyAttributes, .tooManyNames: .workbookLimit("in its part \(part), \(error)")
      case .system(let reason): .temporaryFile(reason)
      }
  }

  init(_ error: ScratchFileError) {
    self =
      switch error.code {
      case .full(let limit): .fileTooLarge(limit: limit)
      case .neverFits: .needsTooMuchRoom
      default: .temporaryFile("\(error)")
      }
  }
}

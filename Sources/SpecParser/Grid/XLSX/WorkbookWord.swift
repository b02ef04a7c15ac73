internal import XMLReader

/// The names in a workbook's documents that mean something to the reader, of elements and attributes alike.
enum WorkbookWord: Int, CaseIterable {
  case c, v, t, s, r, f, `is`, rPh, row, sheetData, si
  case extLst
  case hidden, col, firstColumn, lastColumn
  case strike, vertAlign, val
  case workbookPr, date1904, calcPr, fullCalcOnLoad, sheets, sheet, name, id, state
  case relationship, relationshipId, type, target, targetMode
  case numFmts, numFmt, numFmtId, formatCode, cellXfs, xf

  private var text: String {
    switch self {
    case .relationship: "Relationship"
    case .relationshipId: "Id"
    case .type: "Type"
    case .target: "Target"
    case .targetMode: "TargetMode"
    case .firstColumn: "min"
    case .lastColumn: "max"
    default: "\(self)"
    }
  }

  static let vocabulary = XMLVocabulary(allCases.map(\.text))
}

extension XMLAttributes {
  func text(_ word: WorkbookWord) -> String? { text(word.rawValue) }

  func flag(_ word: WorkbookWord, else standard: Bool = false) -> Bool {
    text(word).map { ["1", "true", "on"].contains(Array($0.utf8)[...].trimmed.text) } ?? standard
  }
}

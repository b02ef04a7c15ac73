internal import XMLReader

/// The relationships of a part, by identifier.
final class RelationshipsHandler: PartHandler {
  struct Relationship {
    let id: String
    /// The last part of its type, which is the same in both generations of namespaces.
    let kind: String
    let target: String
  }

  private(set) var relationships: [Relationship] = []

  override func startElement(_ name: Int, _ attributes: XMLAttributes) {
    guard WorkbookWord(rawValue: name) == .relationship, let target = attributes.text(.target),
      attributes.text(.targetMode) != "External", hasRoom(relationships.count, "relationships")
    else { return }
    let kind = attributes.text(.type)?.split(separator: "/").last.map(String.init) ?? ""
    relationships.append(Relationship(id: attributes.text(.relationshipId) ?? "", kind: kind, target: target))
  }
}

/// The workbook's list of sheets, and its date system.
final class WorkbookHandler: PartHandler {
  private(set) var sheets: [(name: String, relationship: String, isHidden: Bool)] = []
  private(set) var isFrom1904 = false
  /// Programs that compute nothing ask for it, and write zeros for what formulas give.
  private(set) var isUncomputed = false

  override func startElement(_ name: Int, _ attributes: XMLAttributes) {
    switch WorkbookWord(rawValue: name) {
    case .workbookPr: isFrom1904 = attributes.flag(.date1904)
    case .calcPr: isUncomputed = attributes.flag(.fullCalcOnLoad)
    case .sheet where hasRoom(sheets.count, "sheets"):
      let state = attributes.text(.state) ?? "visible"
      // Spreadsheets allow 31 characters; a longer name would be said again and again.
      let name = Array((attributes.text(.name) ?? "").utf8)[...].excerpt
      sheets.append((name, attributes.text(.id) ?? "", state != "visible"))
    default: break
    }
  }
}

/// The number format of each cell style.
final class StylesHandler: PartHandler {
  private var codes: [Int: String] = [:]
  private var styles: [Int] = []
  private var isInFormats = false
  private var isInStyles = false
  /// As spreadsheets have it.
  private static let maxStyles = 65_490

  /// By a cell's style.
  var formats: [NumberFormat] {
    let known = Dictionary(
      uniqueKeysWithValues: Set(styles).map { id in
        (id, codes[id].map { NumberFormat(code: $0) } ?? NumberFormat(builtIn: id))
      })
    return styles.map { known[$0] ?? .general }
  }

  override func startElement(_ name: Int, _ attributes: XMLAttributes) {
    switch WorkbookWord(rawValue: name) {
    case .numFmts: isInFormats = true
    case .cellXfs: isInStyles = true
    // Conditional formats have some of their own, which do not count.
    case .numFmt where isInFormats && hasRoom(codes.count, "number formats"):
      if let id = attributes.text(.numFmtId).flatMap({ Int($0) }) { codes[id] = attributes.text(.formatCode) }
    case .xf where isInStyles && hasRoom(styles.count, limit: StylesHandler.maxStyles, "cell styles"):
      styles.append(attributes.text(.numFmtId).flatMap { Int($0) } ?? 0)
    default: break
    }
  }

  override func endElement(_ name: Int) {
    switch WorkbookWord(rawValue: name) {
    case .numFmts: isInFormats = false
    case .cellXfs: isInStyles = false
    default: break
    }
  }
}

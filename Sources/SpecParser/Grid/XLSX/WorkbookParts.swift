internal import XMLReader

/// The relationships of a part, by identifier.
final class RelationshipsHandler: XMLHandler {
  struct Relationship {
    let id: String
    /// The last part of its type, which is the same in both generations of namespaces.
    let kind: String
    let target: String
  }

  private(set) var relationships: [Relationship] = []

  override func startElement(_ name: Int, _ attributes: XMLAttributes) {
    guard WorkbookWord(rawValue: name) == .relationship, let target = attributes.text(.target),
      attributes.text(.targetMode) != "External"
    else { return }
    let kind = attributes.text(.type)?.split(separator: "/").last.map(String.init) ?? ""
    relationships.append(Relationship(id: attributes.text(.relationshipId) ?? "", kind: kind, target: target))
  }
}

/// The workbook's list of sheets, and its date system.
final class WorkbookHandler: XMLHandler {
  private(set) var sheets: [(name: String, relationship: String, isHidden: Bool)] = []
  private(set) var isFrom1904 = false

  override func startElement(_ name: Int, _ attributes: XMLAttributes) {
    switch WorkbookWord(rawValue: name) {
    case .workbookPr: isFrom1904 = ["1", "true", "on"].contains(attributes.text(.date1904) ?? "")
    case .sheet:
      let state = attributes.text(.state) ?? "visible"
      sheets.append((attributes.text(.name) ?? "", attributes.text(.id) ?? "", state != "visible"))
    default: break
    }
  }
}

/// The number format of each cell style.
final class StylesHandler: XMLHandler {
  private var codes: [Int: String] = [:]
  private var styles: [Int] = []
  private var isInFormats = false
  private var isInStyles = false

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
    case .numFmt where isInFormats:
      if let id = attributes.text(.numFmtId).flatMap({ Int($0) }) { codes[id] = attributes.text(.formatCode) }
    case .xf where isInStyles: styles.append(attributes.text(.numFmtId).flatMap { Int($0) } ?? 0)
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

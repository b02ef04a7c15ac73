internal import XMLReader

/// Whether a part of a rich text looks as if it were not meant to be read with the rest: `1.50` struck out before `1.24`
/// would make 1.501.24 of it, and `39` with cents set above the line 3999.
struct TextLooks {
  /// Of the text so far.
  var doubt: GridRows.Doubt.Reason?
  /// Of the part that is being read.
  private(set) var part: GridRows.Doubt.Reason?

  /// Takes the start of a part, or one of its properties.
  mutating func start(_ word: WorkbookWord?, _ attributes: XMLAttributes) {
    switch word {
    case .r: part = nil
    case .strike: if attributes.flag(.val, else: true) { part = .struckOut }
    case .vertAlign: if part == nil, attributes.text(.val) != "baseline" { part = .raised }
    default: break
    }
  }

  mutating func endPart() { part = nil }

  /// Takes text of the part, if it is one to doubt.
  mutating func take(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard let part, !bytes.trimmed.isEmpty else { return }
    if case .struckOut = doubt { return }
    doubt = part
  }
}

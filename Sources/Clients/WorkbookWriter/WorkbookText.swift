/// Texts as a workbook can hold them.
enum WorkbookText {
  /// Makes a C string of UTF-8 bytes in `text`: without the characters that XML forbids, repaired where it is no UTF-8,
  /// and cut at the longest cell. What XML would change, and what reads like an escape, is escaped.
  ///
  /// Source: ECMA-376, part 1, 22.9.2.19 (ST_Xstring).
  static func take(_ bytes: some Sequence<UInt8>, into text: inout [CChar]) {
    text.removeAll(keepingCapacity: true)
    var isPlain = true
    /// Behind the last escape.
    var free = 0
    for byte in bytes {
      if byte == 0x0D {
        text += carriageReturn
        free = text.count
        continue
      }
      if byte < 0x20, byte != 0x09, byte != 0x0A { continue }
      if byte >= 0x80 { isPlain = false }
      if byte == UInt8(ascii: "_"), isEscape(text[free...].suffix(6)) {
        text.insert(contentsOf: underscore, at: text.count - 6)
      }
      text.append(CChar(bitPattern: byte))
    }
    if !isPlain || text.count > WorkbookWriter.maxCellLength { repair(&text) }
    text.append(0)
  }

  private static let carriageReturn = "_x000D_".utf8.map { CChar(bitPattern: $0) }
  private static let underscore = "_x005F".utf8.map { CChar(bitPattern: $0) }

  /// Whether an underscore behind `text` makes it an escape such as `_x0041_`.
  private static func isEscape(_ text: ArraySlice<CChar>) -> Bool {
    text.starts(with: underscore.prefix(2)) && text.count == 6
      && text.dropFirst(2).allSatisfy { Character(Unicode.Scalar(UInt8(bitPattern: $0))).isHexDigit }
  }

  private static func repair(_ text: inout [CChar]) {
    let whole = String(decoding: text.lazy.map(UInt8.init(bitPattern:)), as: UTF8.self)
    var length = 0
    let kept = whole.unicodeScalars.prefix { scalar in
      // Spreadsheets count UTF-16 units.
      length += scalar.value > 0xFFFF ? 2 : 1
      return length <= WorkbookWriter.maxCellLength
    }
    text.removeAll(keepingCapacity: true)
    for scalar in kept where scalar != "\u{FFFE}" && scalar != "\u{FFFF}" {
      text.append(contentsOf: UTF8.encode(scalar).map { $0.map(CChar.init(bitPattern:)) } ?? [])
    }
  }

  /// `A`, `Z`, `AA`, … of a column from 0.
  static func letters(ofColumn column: Int) -> String {
    var (rest, letters) = (column + 1, "")
    while rest > 0 {
      rest -= 1
      letters = String(UnicodeScalar(UInt8(0x41 + rest % 26))) + letters
      rest /= 26
    }
    return letters
  }
}

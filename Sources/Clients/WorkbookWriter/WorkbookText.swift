/// Texts as a workbook can hold them.
enum WorkbookText {
  /// Makes a C string of UTF-8 bytes in `text`: without the characters that XML forbids, repaired where it is no UTF-8,
  /// and cut at the longest cell.
  static func take(_ bytes: some Sequence<UInt8>, into text: inout [CChar]) {
    text.removeAll(keepingCapacity: true)
    var isPlain = true
    for byte in bytes {
      if byte < 0x20, byte != 0x09, byte != 0x0A, byte != 0x0D { continue }
      if byte >= 0x80 { isPlain = false }
      text.append(CChar(bitPattern: byte))
    }
    if !isPlain || text.count > WorkbookWriter.maxCellLength { repair(&text) }
    text.append(0)
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

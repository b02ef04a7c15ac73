internal import ItemModel

/// Text as it stands, white space at its ends aside.
enum TextCell {
  /// Whether the cell is text beyond doubt, as letters, digits and most punctuation are, and JSON takes it as it is.
  @inline(__always)
  static func isPlain(_ cell: UnsafeBufferPointer<UInt8>) -> Bool {
    var suspects = false
    // The plus may be that of an exponent.
    for byte in cell where byte < 0x20 || byte >= 0x7F || byte == 0x22 || byte == 0x5C || byte == 0x2B {
      suspects = true
    }
    return !suspects && cell.first != UInt8(ascii: "=") && cell.first != UInt8(ascii: "'")
  }

  /// The cell without what keeps a spreadsheet from taking it for a number: `="0123"`, `'0123`.
  static func unwrapped(
    _ cell: UnsafeBufferPointer<UInt8>, note: inout Normalisation?
  ) throws(CellProblem) -> UnsafeBufferPointer<UInt8> {
    var text = cell
    if cell.starts(with: "=\"".utf8), cell.count > 2, cell[2...].firstIndex(of: .quote) == cell.count - 1 {
      text = cell.part(2, cell.count - 1).trimmed
      note = .text
    } else if cell.first == UInt8(ascii: "'"), cell.count > 1, cell.dropFirst().allSatisfy(\.isDigit) {
      text = cell.part(1, cell.count)
      note = .text
    } else if cell.first == UInt8(ascii: "=") {
      note = .formula
    }
    if isRounded(text) {
      throw CellProblem(
        code: "scientific_notation", description: "The spreadsheet has rounded the number; its digits are lost.",
        hint: "Format the column as text, and enter the value again.")
    }
    return text
  }

  /// The cell without the characters that have no width; nil for one that has none of them.
  static func withoutUnseen(_ cell: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
    guard var place = cell.indices.first(where: { cell.unseenLength(at: $0) != nil }) else { return nil }
    var seen = Array(cell[..<place])
    while place < cell.count {
      if let length = cell.unseenLength(at: place) {
        place += length
      } else {
        seen.append(cell[place])
        place += 1
      }
    }
    return seen
  }

  /// - Parameters:
  ///   - isKey: whether the text tells entries apart, and so has no line ends in it.
  /// - Returns: whether JSON has to escape some of its characters.
  static func check(_ cell: UnsafeBufferPointer<UInt8>, isKey: Bool = false) throws(CellProblem) -> Bool {
    var (needsEscape, place) = (false, 0)
    while place < cell.count {
      let byte = cell[place]
      if byte >= 0x80 {
        let rest = cell[place..<min(place + 4, cell.count)]
        guard let length = UTF8Sequence.length(rest) else { throw notText }
        if rest.starts(with: [0xEF, 0xBF, 0xBD]) { throw lostCharacter }
        if byte == 0xC2, cell[place + 1] < 0xA0 { throw controlCharacter }
        place += length
        continue
      }
      if byte < 0x20 || byte == 0x7F {
        guard byte == 0x09 || byte == .lineFeed || byte == .carriageReturn else { throw controlCharacter }
        if isKey, byte != 0x09 { throw lineEnd }
        needsEscape = true
      }
      if byte == 0x22 || byte == 0x5C { needsEscape = true }
      place += 1
    }
    return needsEscape
  }

  /// `2024-03-04`, `4-Mar` or `Mar-04`: what spreadsheets make of ids and sizes such as 3-4, as workbooks are read and as
  /// CSV is written.
  @inline(__always)
  static func isDate(_ cell: UnsafeBufferPointer<UInt8>) -> Bool {
    switch cell.count {
    case 5...6: (1...3).contains { cell[$0] == UInt8(ascii: "-") } && MonthName.isDateWithoutYearOrDay(cell)
    case 10: cell[4] == UInt8(ascii: "-") && cell[7] == UInt8(ascii: "-") && CalendarDate(iso: cell) != nil
    default: false
    }
  }

  /// `1.23459E+6`, as spreadsheets write numbers that are too long for them. Ids such as `12E5` have no sign.
  private static func isRounded(_ cell: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let plus = cell.lastIndex(of: UInt8(ascii: "+")), plus > 1, cell[plus - 1] == UInt8(ascii: "E"),
      cell[0].isDigit, (1...3).contains(cell.count - plus - 1), cell[(plus + 1)...].allSatisfy(\.isDigit)
    else { return false }
    let fraction = cell[1..<(plus - 1)]
    return fraction.isEmpty
      || fraction.count > 1 && (fraction.first == UInt8(ascii: ".") || fraction.first == UInt8(ascii: ","))
        && fraction.dropFirst().allSatisfy(\.isDigit)
  }

  private static let notText = CellProblem(
    code: "invalid_text", description: "The text's characters cannot be read.", hint: "Save the sheet as CSV UTF-8.")

  /// Whoever wrote the file, or kept the text before, could not write it.
  private static let lostCharacter = CellProblem(
    code: "invalid_text", description: "A character of the text was lost before the file came here: � stands for it.",
    hint: "Type the text anew.")

  private static let controlCharacter = CellProblem(
    code: "control_character", description: "The text holds a control character.", hint: "Type it anew.")

  private static let lineEnd = CellProblem(
    code: "control_character", description: "The value has a line end in it.", hint: "Write it on one line.")
}

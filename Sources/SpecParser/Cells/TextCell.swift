/// Text as it stands, white space at its ends aside.
enum TextCell {
  /// - Returns: whether JSON has to escape some of its characters.
  @inline(__always)
  static func check(_ cell: UnsafeBufferPointer<UInt8>) throws(CellProblem) -> Bool {
    // Letters, digits and most punctuation are beyond doubt.
    var suspects = false
    for byte in cell where byte < 0x20 || byte >= 0x7F || byte == 0x22 || byte == 0x5C { suspects = true }
    return suspects ? try checkSlowly(cell) : false
  }

  private static func checkSlowly(_ cell: UnsafeBufferPointer<UInt8>) throws(CellProblem) -> Bool {
    var (needsEscape, place) = (false, 0)
    while place < cell.count {
      let byte = cell[place]
      if byte >= 0x80 {
        let rest = cell[place..<min(place + 4, cell.count)]
        // A replacement character stands where a character was lost before the file came here.
        guard let length = UTF8Sequence.length(rest), !rest.starts(with: [0xEF, 0xBF, 0xBD]) else { throw notText }
        if byte == 0xC2, cell[place + 1] < 0xA0 { throw controlCharacter }
        place += length
        continue
      }
      if byte < 0x20 || byte == 0x7F {
        guard byte == 0x09 || byte == 0x0A || byte == 0x0D else { throw controlCharacter }
        needsEscape = true
      }
      if byte == 0x22 || byte == 0x5C { needsEscape = true }
      place += 1
    }
    return needsEscape
  }

  private static let notText = CellProblem(
    code: "invalid_text", description: "The text's characters cannot be read.", hint: "Save the sheet as CSV UTF-8.")

  private static let controlCharacter = CellProblem(
    code: "control_character", description: "The text holds a control character.", hint: "Type it anew.")
}

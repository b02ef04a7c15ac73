internal import ItemModel
internal import JSONCodec

extension ColumnType {
  /// Appends a cell's value as JSON.
  /// - Parameters:
  ///   - cell: not empty, without white space at its ends.
  ///   - minimum: the least allowed number or amount, in millionths.
  /// - Returns: the date, if it is one.
  func append(
    _ cell: ArraySlice<UInt8>, minimum: Int64?, to bytes: inout [UInt8]
  ) throws(CellProblem) -> CalendarDate? {
    switch self {
    case .gtin: break
    case .text(let maxLength): try TextCell.append(cell, maxLength: maxLength, to: &bytes)
    case .money(let currency):
      let money = try MoneyCell.read(cell, currency: currency)
      try check(money.amount, minimum, code: "amount_too_small")
      money.append(to: &bytes)
    case .boolean:
      let value = try BooleanCell.read(cell)
      bytes.append(contentsOf: value ? "true".utf8 : "false".utf8)
    case .date(let format):
      let date = try DateCell.read(cell, format)
      bytes.append(.quote)
      date.append(to: &bytes)
      bytes.append(.quote)
      return date
    case .decimal:
      let number = try NumberCell.read(cell)
      try check(number, minimum, code: "number_too_small")
      number.appendText(atLeast: 0, to: &bytes)
    case .integer:
      let number = try NumberCell.readInteger(cell)
      try check(number, minimum, code: "number_too_small")
      number.appendText(atLeast: 0, to: &bytes)
    }
    return nil
  }

  private func check(_ number: DecimalNumber, _ minimum: Int64?, code: String) throws(CellProblem) {
    guard let minimum, number.micros < minimum else { return }
    var least: [UInt8] = []
    DecimalNumber(micros: minimum, scale: 0).appendText(
      atLeast: minimum % 1_000_000 == 0 ? 0 : 6, to: &least)
    throw CellProblem(
      code: code, description: "This is less than \(least[...].text), the least allowed.", hint: "Look at the sign.")
  }
}

/// Text as it stands, white space at its ends aside.
enum TextCell {
  static func append(_ cell: ArraySlice<UInt8>, maxLength: Int, to bytes: inout [UInt8]) throws(CellProblem) {
    guard cell.count <= maxLength else {
      throw CellProblem(
        code: "text_too_long", description: "The text has \(cell.count) bytes; the limit is \(maxLength).",
        hint: "Shorten it.")
    }
    if cell.contains(where: { $0 >= 0x80 }), String(validating: cell, as: UTF8.self) == nil {
      throw CellProblem(
        code: "invalid_text", description: "The text is not in UTF-8.", hint: "Save the sheet as CSV UTF-8.")
    }
    guard !cell.contains(where: { ($0 < 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D) || $0 == 0x7F }) else {
      throw CellProblem(
        code: "control_character", description: "The text holds a control character.", hint: "Type it anew.")
    }
    var writer = JSONWriter(capacity: cell.count + 8)
    writer.string(utf8: cell)
    bytes.append(contentsOf: writer.bytes)
  }
}

/// `Yes`, `No` and their kin.
enum BooleanCell {
  private static let yes: [StaticString] = ["yes", "y", "true", "t", "1"]
  private static let no: [StaticString] = ["no", "n", "false", "f", "0"]

  static func read(_ cell: ArraySlice<UInt8>) throws(CellProblem) -> Bool {
    if yes.contains(where: { cell.equalsIgnoringCase($0) }) { return true }
    if no.contains(where: { cell.equalsIgnoringCase($0) }) { return false }
    throw CellProblem(code: "invalid_boolean", description: "This is neither Yes nor No.", hint: "Write Yes or No.")
  }
}

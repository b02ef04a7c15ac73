internal import ItemModel

/// A GTIN as a spreadsheet holds it.
struct GTINCell {
  let gtin: GTIN
  /// How many digits it was written with, zeros in front included.
  let digitCount: Int
  /// Whether something was left out (dashes, spaces, `.0`, an apostrophe or `="…"` around it), or its digits were not
  /// those of ASCII.
  let isNormalised: Bool
  /// Whether the check digit was found to be right.
  var isChecked = false

  @inline(__always)
  static func read(_ cell: UnsafeBufferPointer<UInt8>) throws(CellProblem) -> GTINCell {
    if let (gtin, isChecked) = digits(cell) {
      return GTINCell(gtin: gtin, digitCount: cell.count, isNormalised: false, isChecked: isChecked)
    }
    guard cell.count <= longest else {
      throw CellProblem(
        code: "gtin_length", description: "A GTIN has 8, 12, 13 or 14 digits, not \(cell.count) characters.",
        hint: "Write the number that stands beneath the item's bar code.")
    }
    return try readSlowly(cell)
  }

  /// Bytes beyond which nothing that stands around and between digits makes a GTIN.
  private static let longest = 200

  @inline(__always)
  private static func digits(_ cell: UnsafeBufferPointer<UInt8>) -> (gtin: GTIN, isChecked: Bool)? {
    let count = cell.count
    guard count == 12 || count == 13 || count == 14 || count == 8 else { return nil }
    var number: UInt64 = 0
    // The digits with the weight 1, the last among them, and those with the weight 3.
    var (ones, threes) = (0, 0)
    for byte in cell {
      guard byte.isDigit else { return nil }
      number = number &* 10 &+ UInt64(byte &- 0x30)
      (ones, threes) = (threes &+ Int(byte &- 0x30), ones)
    }
    guard number > 0 else { return nil }
    return GTIN(number: number).map { ($0, (ones &+ 3 &* threes) % 10 == 0) }
  }

  private static func readSlowly(_ cell: UnsafeBufferPointer<UInt8>) throws(CellProblem) -> GTINCell {
    if cell.isEmpty { throw .missing }
    if let placeholder = Placeholder(cell) { throw placeholder.problem }
    if let plain = withPlainDigits(cell) {
      return try plain.withUnsafeBufferPointer { (plain) throws(CellProblem) in
        let cell = try read(plain)
        return GTINCell(gtin: cell.gtin, digitCount: cell.digitCount, isNormalised: true, isChecked: cell.isChecked)
      }
    }
    if isScientific(cell) {
      throw CellProblem(
        code: "gtin_scientific", description: "The spreadsheet has rounded the GTIN; its digits are lost.",
        hint: "Format the column as text, and enter the GTIN again.")
    }
    if isDate(cell) {
      throw CellProblem(
        code: "gtin_is_date", description: "This is a date, not a GTIN.",
        hint: "Write the number that stands beneath the item's bar code.")
    }
    let plain = withoutTrimmings(cell)
    guard !plain.isEmpty, plain.allSatisfy(\.isDigit) else {
      throw CellProblem(
        code: "gtin_not_digits", description: "A GTIN consists of digits only.",
        hint: "Write the number that stands beneath the item's bar code.")
    }
    guard plain.contains(where: { $0 != 0x30 }) else {
      throw CellProblem(
        code: "gtin_zero", description: "Zeros alone name no item.",
        hint: "Write the number that stands beneath the item's bar code.")
    }
    guard let (gtin, isChecked) = plain.withUnsafeBufferPointer(digits) else {
      throw CellProblem(
        code: "gtin_length", description: "A GTIN has 8, 12, 13 or 14 digits, not \(plain.count).",
        hint: hint(for: plain))
    }
    return GTINCell(gtin: gtin, digitCount: plain.count, isNormalised: true, isChecked: isChecked)
  }

  var checkDigitProblem: CellProblem {
    let right = GTIN.checkDigit(of: gtin.number / 10)
    var hint = "Its last digit would be \(right)."
    // A number with a zero before it has room for the digit that may have been left out.
    if String(gtin.number).count < digitCount, let whole = GTINCell.appendingCheckDigit(to: gtin.number) {
      hint += " Or the check digit seems to be missing: \(whole.text14)."
    }
    return CellProblem(code: "gtin_check_digit", description: "The GTIN's check digit is wrong.", hint: hint)
  }

  /// The cell with 0 to 9 for the digits of other scripts and widths; nil for one that has none.
  private static func withPlainDigits(_ cell: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
    guard cell.contains(where: { $0 >= 0x80 }) else { return nil }
    let scalars = String(decoding: cell, as: UTF8.self).unicodeScalars
    guard scalars.contains(where: { !$0.isASCII && $0.properties.numericType == .decimal }) else { return nil }
    return scalars.flatMap { scalar in
      guard scalar.properties.numericType == .decimal, let digit = scalar.properties.numericValue else {
        return Array(String(scalar).utf8)
      }
      return [0x30 + UInt8(digit)]
    }
  }

  /// The digits without what people and programs put around and between them.
  private static func withoutTrimmings(_ cell: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    var text = cell[...]
    if text.first == UInt8(ascii: "'") { text = text.dropFirst() }
    // A formula that keeps a spreadsheet from reading a number.
    if text.starts(with: "=\"".utf8), text.last == .quote { text = text.dropFirst(2).dropLast() }
    // A program that held it as a floating-point number.
    if let point = text.lastIndex(of: UInt8(ascii: ".")), text.endIndex - point > 1,
      text[(point + 1)...].allSatisfy({ $0 == 0x30 })
    {
      text = text[..<point]
    }
    // Groups that a person can read.
    guard text.first?.isDigit == true, text.last?.isDigit == true else { return Array(text) }
    var plain: [UInt8] = []
    while let byte = text.first {
      let divider = dividers.first { text.starts(with: $0) }
      if divider == nil { plain.append(byte) }
      text = text.dropFirst(divider?.count ?? 1)
    }
    return plain
  }

  /// What may stand between groups of digits: hyphens and dashes, spaces of any width, the no-break ones among them.
  private static let dividers: [[UInt8]] =
    ["-", " ", "\u{A0}", "\u{2009}", "\u{200B}", "\u{2010}", "\u{2011}", "\u{2012}", "\u{2013}", "\u{202F}"].map {
      Array($0.utf8)
    }

  /// `2025-12-01`: eight digits, too, but no bar code is divided so.
  private static func isDate(_ cell: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let parts = DateCell.parts(cell), parts.end == cell.count, parts.isYearFirst || parts.digits.2 == 4 else {
      return false
    }
    let (first, second, third) = parts.numbers
    let year = parts.isYearFirst ? first : third
    let other = parts.isYearFirst ? third : first
    return (1900...2199).contains(year) && (1...31).contains(second) && (1...31).contains(other)
  }

  /// `6.21456E+10`.
  private static func isScientific(_ cell: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let exponent = cell.firstIndex(where: { $0.lowercased == UInt8(ascii: "e") }) else { return false }
    let (head, tail) = (cell[..<exponent], cell[(exponent + 1)...])
    let digits = tail.first == UInt8(ascii: "+") || tail.first == UInt8(ascii: "-") ? tail.dropFirst() : tail
    return head.first?.isDigit == true && !digits.isEmpty && digits.allSatisfy(\.isDigit)
      && head.allSatisfy { $0.isDigit || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ",") }
  }

  private static func hint(for digits: [UInt8]) -> String {
    guard digits.count < 14 else { return "Look for two numbers in one cell." }
    let missing = "Look for digits that are missing."
    guard digits.count > 5 else { return missing }
    if let isbn = thirteenDigits(ofISBN: digits) { return "If it is an ISBN, write \(isbn)." }
    guard let gtin = GTIN(number: digits.reduce(0) { $0 * 10 + UInt64($1 - 0x30) }) else { return missing }
    if gtin.hasValidCheckDigit {
      return "The leading zeros seem to be lost: format the column as text, and write \(gtin.text14)."
    }
    guard let whole = appendingCheckDigit(to: gtin.number) else { return missing }
    // Twelve digits, or eight, whose zeros a spreadsheet has taken for nothing, with a check digit that is wrong.
    let padded = gtin.text14.suffix(digits.count < 8 ? 8 : 12)
    return """
      Either leading zeros are lost, and it is \(padded), although its check digit is wrong; or the check digit is \
      missing, and it is \(whole.text14).
      """
  }

  /// Of a book's number of ten digits, whose check digit goes by weights 10 to 1, modulo 11, the one of thirteen.
  ///
  /// Source: ISBN Users' Manual, international edition.
  private static func thirteenDigits(ofISBN digits: [UInt8]) -> String? {
    let sum = zip(digits, stride(from: 10, to: 0, by: -1)).reduce(0) { $0 + Int($1.0 - 0x30) * $1.1 }
    guard digits.count == 10, sum % 11 == 0 else { return nil }
    let body = digits.dropLast().reduce(978) { $0 * 10 + UInt64($1 - 0x30) }
    return appendingCheckDigit(to: body).map { String($0.text14.dropFirst()) }
  }

  private static func appendingCheckDigit(to number: UInt64) -> GTIN? {
    GTIN(number: number * 10 + GTIN.checkDigit(of: number))
  }
}

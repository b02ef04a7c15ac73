/// A number as decimal digits: read from any notation, rounded to the 15 digits that spreadsheets keep of a number
/// (what files hold beyond them is noise of binary floating point), and written without an exponent.
struct SheetNumber {
  /// What a spreadsheet keeps.
  private static let precision = 15

  private(set) var isNegative = false
  /// Values from 0 to 9, none at the ends being 0; empty for zero.
  private(set) var digits: [UInt8] = []
  /// The digits that stand before the decimal point; negative when zeros stand behind it.
  private(set) var point = 0

  /// The most digits of a whole number that stays as it is.
  private static let longest = 40

  /// Appends a number that has its shortest form already, which nearly all have. A whole number may have more digits than
  /// spreadsheets keep: then another program wrote it, and means each of them.
  /// - Returns: whether it had.
  static func copy(_ text: UnsafeBufferPointer<UInt8>, to target: inout [UInt8]) -> Bool {
    guard !text.isEmpty, text.count <= longest else { return false }
    var at = text[0] == UInt8(ascii: "-") ? 1 : 0
    let first = at
    while at < text.count, text[at].isDigit { at += 1 }
    let whole = at - first
    guard whole > 0, whole == 1 || text[first] != .zero else { return false }
    if at < text.count {
      guard text[at] == UInt8(ascii: "."), at + 1 < text.count, text.count - first - 1 <= precision else {
        return false
      }
      at += 1
      while at < text.count, text[at].isDigit { at += 1 }
      guard at == text.count, text[at - 1] != .zero else { return false }
    } else if first == 1, text[1] == .zero {
      return false
    }
    target.append(contentsOf: text)
    return true
  }

  /// Reads `-12.50`, `.5`, `6.2145556123E+10`.
  /// - Returns: whether the text is a number.
  mutating func read(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    digits.removeAll(keepingCapacity: true)
    point = 0
    isNegative = text.first == UInt8(ascii: "-")
    var at = isNegative || text.first == UInt8(ascii: "+") ? 1 : 0
    var (isBehindPoint, isThere) = (false, false)
    while at < text.count {
      if text[at].isDigit {
        isThere = true
        let isLeadingZero = digits.isEmpty && text[at] == .zero
        // One more than the precision decides about rounding.
        if !isLeadingZero, digits.count <= SheetNumber.precision { digits.append(text[at] - .zero) }
        if isBehindPoint ? isLeadingZero : !isLeadingZero { point += isBehindPoint ? -1 : 1 }
      } else if text[at] == UInt8(ascii: "."), !isBehindPoint {
        isBehindPoint = true
      } else {
        break
      }
      at += 1
    }
    guard isThere else { return false }
    if at < text.count {
      guard let exponent = SheetNumber.exponent(text, at) else { return false }
      point += exponent
    }
    round()
    return true
  }

  private static func exponent(_ text: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int? {
    guard text[start] | 0x20 == UInt8(ascii: "e"), start + 1 < text.count, text.count - start < 8 else { return nil }
    let isNegative = text[start + 1] == UInt8(ascii: "-")
    let isSigned = isNegative || text[start + 1] == UInt8(ascii: "+")
    let digits = text[(start + (isSigned ? 2 : 1))...]
    guard !digits.isEmpty, digits.allSatisfy(\.isDigit) else { return nil }
    let exponent = digits.reduce(0) { $0 * 10 + Int($1 - .zero) }
    return isNegative ? -exponent : exponent
  }

  private mutating func round() {
    if digits.count > SheetNumber.precision, digits.removeLast() >= 5 {
      while digits.last == 9 { digits.removeLast() }
      if digits.isEmpty {
        digits.append(1)
        point += 1
      } else {
        digits[digits.count - 1] += 1
      }
    }
    while digits.last == 0 { digits.removeLast() }
    if digits.isEmpty { (isNegative, point) = (false, 0) }
  }

  /// Whether it can be written without more zeros than a person would count.
  var isWritable: Bool { abs(point) <= 40 }

  mutating func multiplyBy100() { if !digits.isEmpty { point += 2 } }

  /// Appends it, without a sign.
  /// - Parameters:
  ///   - places: digits before the point, at least.
  ///   - decimals: digits behind it, at least.
  func append(to target: inout [UInt8], places: Int = 1, decimals: Int = 0) {
    for _ in 0..<max(0, places - max(0, point)) { target.append(.zero) }
    for place in 0..<max(0, point) { target.append(place < digits.count ? digits[place] + .zero : .zero) }
    let written = max(0, digits.count - point)
    guard written > 0 || decimals > 0 else { return }
    target.append(UInt8(ascii: "."))
    for place in 0..<max(written, decimals) {
      let digit = point + place
      target.append(digits.indices.contains(digit) ? digits[digit] + .zero : .zero)
    }
  }

  /// The whole part, and the rest as a share of 1; nil when the whole part is beyond any date.
  var parts: (whole: Int, rest: Double)? {
    guard point <= 9 else { return nil }
    var whole = 0
    for place in 0..<max(0, point) { whole = whole * 10 + (place < digits.count ? Int(digits[place]) : 0) }
    var (rest, scale) = (0.0, 1.0)
    for place in min(0, point)..<digits.count where place >= point {
      scale /= 10
      if place >= 0 { rest += Double(digits[place]) * scale }
    }
    return (whole, rest)
  }
}

internal import ItemModel

/// A number as people write it: `1,234.5`, `1 234.5`, and for what is below zero `-2.5`, `2.5-` or `(2.50)`.
struct NumberCell {
  let number: DecimalNumber
  /// Whether more was read than a sign, digits and a point.
  let isNormalised: Bool

  private init(_ number: DecimalNumber, isNormalised: Bool) {
    self.number = number
    self.isNormalised = isNormalised
  }

  /// - Parameters:
  ///   - mark: what stands before the fraction.
  ///   - problem: what is thrown for a text that is no number.
  @inline(__always)
  static func read(
    _ cell: UnsafeBufferPointer<UInt8>, mark: DecimalMark, problem: @autoclosure () -> CellProblem
  ) throws(CellProblem) -> NumberCell {
    // Digits and a point, the most common by far.
    if let plain = plain(cell, mark) { return NumberCell(plain, isNormalised: mark == .comma && plain.scale > 0) }
    return try readSigned(cell, mark, problem())
  }

  @inline(__always)
  private static func plain(_ digits: UnsafeBufferPointer<UInt8>, _ mark: DecimalMark) -> DecimalNumber? {
    guard digits.count &- 1 < 12 else { return nil }
    var (value, fraction) = (Int64(0), -1)
    for byte in digits {
      if byte.isDigit {
        value = value &* 10 &+ Int64(byte &- 0x30)
        if fraction >= 0 { fraction &+= 1 }
      } else if byte == mark.rawValue, fraction < 0 {
        fraction = 0
      } else {
        return nil
      }
    }
    guard fraction <= 6, digits.count > (fraction >= 0 ? 1 : 0) else { return nil }
    let places = max(fraction, 0)
    for _ in places..<6 { value &*= 10 }
    return DecimalNumber(micros: value, scale: places)
  }

  private static func readSigned(
    _ cell: UnsafeBufferPointer<UInt8>, _ mark: DecimalMark, _ problem: CellProblem
  ) throws(CellProblem) -> NumberCell {
    var digits = cell.trimmed
    var (isNegative, isNormalised) = (false, mark == .comma)
    if digits.first == UInt8(ascii: "("), digits.last == UInt8(ascii: ")") {
      (isNegative, isNormalised) = (true, true)
      digits = digits.part(1, digits.count - 1).trimmed
    } else if let sign = digits.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
      isNegative = sign == UInt8(ascii: "-")
      digits = digits.part(1, digits.count).trimmed
    } else if digits.last == UInt8(ascii: "-") {
      (isNegative, isNormalised) = (true, true)
      digits = digits.part(0, digits.count - 1).trimmed
      // 39.- has no cents, and is not below zero.
      if digits.last?.isDigit != true { throw problem }
    }
    guard let first = digits.first, first.isDigit || first == mark.rawValue,
      let plain = withoutGroups(digits, mark)
    else { throw problem }
    do {
      let number = try DecimalNumber(parsing: plain)
      isNormalised = isNormalised || digits.contains { !$0.isDigit && $0 != mark.rawValue }
      return NumberCell(
        isNegative ? DecimalNumber(micros: -number.micros, scale: number.scale) : number, isNormalised: isNormalised)
    } catch {
      switch error {
      case .notANumber: throw problem
      case .tooPrecise: throw .tooPrecise
      case .outOfRange: throw .outOfRange
      }
    }
  }

  /// Digits with a point, if groups of three are divided by the same character; nil if anything else stands there: an
  /// exponent means that a spreadsheet has rounded the number, and `39,88` has a comma where no thousands end.
  private static func withoutGroups(_ digits: UnsafeBufferPointer<UInt8>, _ mark: DecimalMark) -> [UInt8]? {
    var plain: [UInt8] = []
    plain.reserveCapacity(digits.count)
    var (group, divider, place, hasFraction) = (0, [UInt8](), 0, false)
    while place < digits.count {
      let byte = digits[place]
      if byte.isDigit {
        plain.append(byte)
        group += 1
        place += 1
      } else if byte == mark.rawValue {
        guard !hasFraction, divider.isEmpty || group == 3 else { return nil }
        hasFraction = true
        plain.append(UInt8(ascii: "."))
        place += 1
      } else {
        let length = mark.lengthOfDivider(digits, at: place)
        let found = Array(digits[place..<(place + length)])
        guard length > 0, !hasFraction,
          divider.isEmpty ? (1...3).contains(group) && plain[0] != 0x30 : group == 3 && found == divider
        else { return nil }
        divider = found
        group = 0
        place += length
      }
    }
    guard hasFraction || divider.isEmpty || group == 3 else { return nil }
    // Zeros behind the sixth place say nothing, however many a program has written.
    if let point = plain.firstIndex(of: UInt8(ascii: ".")) {
      while plain.count > point + 7, plain.last == 0x30 { plain.removeLast() }
    }
    return plain
  }
}

/// What stands before a number's fraction.
public enum DecimalMark: UInt8, BitwiseCopyable, Sendable, CaseIterable {
  case point = 0x2E
  case comma = 0x2C

  /// The length of what may divide thousands at this place: the other mark, a space of any kind, an apostrophe.
  fileprivate func lengthOfDivider(_ digits: UnsafeBufferPointer<UInt8>, at place: Int) -> Int {
    switch digits[place] {
    case (self == .point ? DecimalMark.comma : .point).rawValue, .space, UInt8(ascii: "'"): return 1
    case 0xC2: return place + 1 < digits.count && digits[place + 1] == 0xA0 ? 2 : 0
    case 0xE2:
      // Thin and narrow spaces, and the typographic apostrophe.
      let isKnown =
        place + 2 < digits.count && digits[place + 1] == 0x80 && [0x89, 0xAF, 0x99].contains(digits[place + 2])
      return isKnown ? 3 : 0
    default: return 0
    }
  }
}

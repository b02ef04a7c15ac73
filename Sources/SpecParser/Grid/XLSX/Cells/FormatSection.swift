/// The first section of a number format, taken apart.
struct FormatSection {
  private(set) var isElapsed = false
  private(set) var hasDay = false
  private(set) var hasTime = false
  private(set) var isPercent = false
  /// The currency's sign or code.
  private(set) var currency: String?
  private(set) var isCurrencyBehind = false
  /// Decimals that are always shown.
  private(set) var decimals = 0
  /// The places that are always shown before the point, as zeros, and what stands between them.
  private(set) var pattern: [UInt8] = []

  private var hasMonthOrMinute = false
  private var hasPlaces = false
  private var isBehindPoint = false
  /// Literals since the last place of a digit.
  private var literal = ""

  init(_ code: String) {
    var rest = Substring(code)
    while let character = rest.popFirst(), character != ";" {
      switch character {
      case "\"":
        let text = rest.prefix { $0 != "\"" }
        rest = rest.dropFirst(text.count + 1)
        literal += text
      case "\\": literal += rest.popFirst().map { String($0) } ?? ""
      // Room as wide as a character, and a character that fills the cell.
      case "_", "*": rest = rest.dropFirst()
      case "[":
        let text = rest.prefix { $0 != "]" }
        rest = rest.dropFirst(text.count + 1)
        takeBracket(text)
      case "A" where rest.hasPrefix("M/PM"): rest = rest.dropFirst(4)
      case "E", "e":
        // Of numbers with an exponent; else a year of an era.
        if rest.first == "+" || rest.first == "-" { rest = rest.dropFirst() } else { hasDay = true }
      case "G" where rest.hasPrefix("eneral"): rest = rest.dropFirst(6)
      default: take(character)
      }
    }
    takeLiteral(isBehind: hasPlaces)
    // Months beside a day or alone, minutes beside hours or seconds.
    if hasMonthOrMinute, !hasTime { hasDay = true }
  }

  private mutating func take(_ character: Character) {
    switch character {
    case "y", "Y", "d", "D", "g", "b", "B": hasDay = true
    case "m", "M": hasMonthOrMinute = true
    case "h", "H", "s", "S": hasTime = true
    case "%": isPercent = true
    case "0", "#", "?":
      takeLiteral(isBehind: false)
      hasPlaces = true
      if character == "0" {
        if isBehindPoint { decimals += 1 } else { pattern.append(.zero) }
      }
    case ".": isBehindPoint = true
    case ",": break
    default: literal.append(character)
    }
  }

  private mutating func takeBracket(_ text: Substring) {
    if text.first == "$" {
      let sign = text.dropFirst().prefix { $0 != "-" }
      if !sign.isEmpty { (currency, isCurrencyBehind) = (String(sign).trimmedSpaces, hasPlaces) }
    } else if let first = text.first, "hHmMsS".contains(first), text.allSatisfy({ "hHmMsS".contains($0) }) {
      isElapsed = true
    }
  }

  private mutating func takeLiteral(isBehind: Bool) {
    let text = literal.trimmedSpaces
    if currency == nil, FormatSection.isCurrency(text) {
      (currency, isCurrencyBehind) = (text.filter { !"()-".contains($0) }, isBehind)
    } else if !isBehind, !pattern.isEmpty, !isBehindPoint {
      pattern += Array(literal.utf8)
    }
    literal = ""
  }

  /// A sign of a currency, or three capitals.
  private static func isCurrency(_ text: String) -> Bool {
    if text.unicodeScalars.contains(where: { $0.properties.generalCategory == .currencySymbol }) { return true }
    return text.count == 3 && text.utf8.allSatisfy { $0 >= 0x41 && $0 <= 0x5A }
  }
}

extension String {
  /// Without blanks at its ends.
  fileprivate var trimmedSpaces: String {
    let start = drop { $0 == " " || $0 == "\u{A0}" }
    let end = start.reversed().drop { $0 == " " || $0 == "\u{A0}" }
    return String(end.reversed())
  }
}

/// The first section of a number format, taken apart.
struct FormatSection {
  private(set) var isElapsed = false
  private(set) var hasDay = false
  private(set) var hasTime = false
  private(set) var isPercent = false
  /// Whether it has an exponent or is a fraction, so that its places are not those of the number's digits.
  private(set) var isScientific = false
  /// The currency's sign or code.
  private(set) var currency: String?
  private(set) var isCurrencyBehind = false
  /// Decimals that are always shown.
  private(set) var decimals = 0
  private(set) var pattern = DigitPattern()

  private var hasMonthOrMinute = false
  private var hasPlaces = false
  private var isBehindPoint = false
  /// Literals since the last place of a digit.
  private var literal = String.UnicodeScalarView()

  init(_ code: String) {
    var rest = Array(code.unicodeScalars)[...]
    while let character = rest.popFirst(), character != ";" {
      switch character {
      case "\"":
        let text = rest.prefix { $0 != "\"" }
        rest = rest.dropFirst(text.count + 1)
        literal.append(contentsOf: text)
      case "\\": if let next = rest.popFirst() { literal.append(next) }
      // Room as wide as a character, and a character that fills the cell.
      case "_", "*": rest = rest.dropFirst()
      case "[":
        let text = rest.prefix { $0 != "]" }
        rest = rest.dropFirst(text.count + 1)
        takeBracket(text)
      case "E" where rest.first == "+" || rest.first == "-", "e" where rest.first == "+" || rest.first == "-":
        isScientific = true
      case "G", "g":
        // Years of an era are written with it, too.
        let isGeneral = rest.prefix(6).elementsEqual("eneral".unicodeScalars) { $0.value | 0x20 == $1.value }
        if isGeneral { rest = rest.dropFirst(6) } else { hasDay = true }
      default: take(character)
      }
    }
    takeLiteral(isBehind: hasPlaces)
    // Months beside a day or alone, minutes beside hours or seconds.
    if hasMonthOrMinute, !hasTime { hasDay = true }
  }

  private mutating func take(_ character: Unicode.Scalar) {
    switch character {
    case "y", "Y", "d", "D", "b", "B", "e", "E": hasDay = true
    case "m", "M": hasMonthOrMinute = true
    case "h", "H", "s", "S": hasTime = true
    case "%": isPercent = true
    case "0", "#", "?":
      takeLiteral(isBehind: false)
      hasPlaces = true
      if isBehindPoint {
        if character == "0" { decimals += 1 }
      } else {
        pattern.bytes.append(DigitPattern.place)
        if character == "0" { pattern.zeros += 1 }
      }
    case ".": isBehindPoint = true
    case ",": break
    default:
      if character == "/", hasPlaces { isScientific = true }
      literal.append(character)
    }
  }

  private mutating func takeBracket(_ text: ArraySlice<Unicode.Scalar>) {
    if text.first == "$" {
      let sign = String(String.UnicodeScalarView(text.dropFirst().prefix { $0 != "-" }))
      if !sign.isEmpty { (currency, isCurrencyBehind) = (sign.trimmedSpaces, hasPlaces) }
    } else if !text.isEmpty, text.allSatisfy({ "hHmMsS".unicodeScalars.contains($0) }) {
      isElapsed = true
    }
  }

  private mutating func takeLiteral(isBehind: Bool) {
    if currency == nil, let sign = FormatSection.sign(in: literal) {
      (currency, isCurrencyBehind) = (sign, isBehind)
    } else if isBehind {
      pattern.suffix = Array(String(literal).utf8)
    } else if !isBehindPoint {
      pattern.bytes += Array(String(literal).utf8)
    }
    literal = String.UnicodeScalarView()
  }

  /// What stands for a currency and is neither a sign nor a code, as spreadsheets of these countries write it; some mean
  /// several, and no amount is read in one that nobody named.
  private static let words: Set<String> = [
    "zł", "Kč", "Ft", "kr", "kr.", "Kr", "Kr.", "lei", "Lei", "Fr.", "SFr.", "Rs.", "Rp", "лв.", "руб.", "р.", "din.",
  ]

  /// The sign of a currency in a text, with the letters that belong to it (`R$`), or the code that the text is.
  private static func sign(in text: String.UnicodeScalarView) -> String? {
    guard let place = text.firstIndex(where: { $0.properties.generalCategory == .currencySymbol }) else {
      let word = String(text).trimmedSpaces
      return words.contains(word) || Currency(word).map { $0.isInUse } == true ? word : nil
    }
    let letters = text[..<place].reversed().prefix { $0.isASCII && $0.properties.isAlphabetic }
    return String(String.UnicodeScalarView((letters.count > 3 ? [] : letters.reversed()) + [text[place]]))
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

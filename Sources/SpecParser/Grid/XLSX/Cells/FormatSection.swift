/// A section of a number format, taken apart.
struct FormatSection {
  private(set) var isElapsed = false
  private(set) var hasDay = false
  private(set) var hasTime = false
  private(set) var isPercent = false
  /// Whether it has an exponent or is a fraction, so that its places are not those of the number's digits.
  private(set) var isScientific = false
  /// Whether a text is the code or the sign of a currency.
  private(set) var namesCurrency = false
  /// What an amount has before and behind it: currencies, and what may be one.
  private(set) var (before, behind) = ("", "")
  /// Whether the number is shown at all.
  private(set) var hasPlaces = false
  /// Decimals that are always shown.
  private(set) var decimals = 0
  private(set) var pattern = DigitPattern()
  /// The numbers that it is for, if it says so.
  private(set) var condition: FormatCondition?

  private var hasMonthOrMinute = false
  private var isBehindPoint = false
  /// Literals since the last place of a digit.
  private var literal = String.UnicodeScalarView()

  /// - Parameter rest: loses the section and the semicolon behind it.
  init(_ rest: inout ArraySlice<Unicode.Scalar>) {
    while let character = rest.first, character != ";" {
      if let length = FormatSection.lengthOfGeneral(rest) {
        take("#")
        rest = rest.dropFirst(length)
        continue
      }
      rest = rest.dropFirst()
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
      default: take(character)
      }
    }
    rest = rest.dropFirst()
    takeLiteral(isBehind: hasPlaces)
    // Months beside a day or alone, minutes beside hours or seconds.
    if hasMonthOrMinute, !hasTime { hasDay = true }
  }

  private mutating func take(_ character: Unicode.Scalar) {
    switch character {
    // Years of an era are written with g, too.
    case "y", "Y", "d", "D", "b", "B", "e", "E", "g", "G": hasDay = true
    case "m", "M": hasMonthOrMinute = true
    case "h", "H", "s", "S": hasTime = true
    case "%": isPercent = true
    case "0", "#", "?", "@":
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
    // The denominator of a fraction.
    case "1"..."9" where isScientific: break
    default:
      if character == "/", hasPlaces { isScientific = true }
      literal.append(character)
    }
  }

  private mutating func takeBracket(_ text: ArraySlice<Unicode.Scalar>) {
    if text.first == "$" {
      takeCurrency(String(String.UnicodeScalarView(text.dropFirst())))
    } else if !text.isEmpty, text.allSatisfy({ "hHmMsS".unicodeScalars.contains($0) }) {
      isElapsed = true
    } else if let condition = FormatCondition(String(String.UnicodeScalarView(text))) {
      self.condition = condition
    }
  }

  /// - Parameter text: `€`, `kr-41D`, `$-en-CA`, or `-409`, the language of dates.
  private mutating func takeCurrency(_ text: String) {
    let sign = String(text.prefix { $0 != "-" }).trimmedSpaces
    let locale = String(text.drop { $0 != "-" }.dropFirst())
    if sign.isEmpty { return }
    if let code = FormatLocale.code(of: sign, in: locale) {
      append(code)
    } else if !locale.isEmpty, FormatLiteral.meanings(of: sign).count > 1 {
      // A dollar of a country that is not known is not that of the spec.
      append("[$\(text)]")
    } else {
      switch FormatLiteral(sign.unicodeScalars) {
      case .none: break
      case .currency(let name): append(name)
      case .unknown: append(sign)
      }
    }
  }

  private mutating func takeLiteral(isBehind: Bool) {
    if isBehind {
      pattern.suffix = Array(String(literal).utf8)
    } else if !isBehindPoint {
      pattern.bytes += Array(String(literal).utf8)
    }
    switch FormatLiteral(literal) {
    case .none: break
    case .currency(let name): append(name, isBehind: isBehind)
    case .unknown: if isBehind { behind += String(literal) } else { before += String(literal) }
    }
    literal = String.UnicodeScalarView()
  }

  private mutating func append(_ name: String) { append(name, isBehind: hasPlaces) }

  /// A code stands apart from the number, a sign before it does not.
  private mutating func append(_ name: String, isBehind: Bool) {
    namesCurrency = true
    if isBehind {
      behind += " \(name)"
    } else {
      before += name.last.map { $0.isLetter || $0 == "." } == true ? "\(name) " : name
    }
  }

  /// What spreadsheets call the format that is none, in the languages in which its letters would be those of dates.
  private static let general = [
    "General", "Standard", "Estándar", "Geral", "Generale", "Général", "Standaard", "Algemeen", "Allgemein",
    "Standardowy", "Ogólny", "Generelt", "Generell", "Yleinen", "Genel", "Všeobecný", "Všeobecne", "Obecný",
    "Normál", "Általános", "G/通用格式", "G/標準", "G/표준",
  ].map { Array($0.lowercased().unicodeScalars) }

  /// How many characters at the start are a name of the format that is none.
  private static func lengthOfGeneral(_ code: ArraySlice<Unicode.Scalar>) -> Int? {
    general.first { name in
      let end = code.startIndex + name.count
      return zip(code, name).allSatisfy { $0.properties.lowercaseMapping == String($1) } && end <= code.endIndex
        && (end == code.endIndex || !code[end].properties.isAlphabetic)
    }?.count
  }
}

/// What a text of a number format means for an amount beside it: `"EUR/pc"`, `" per case"`, `"RM"`.
///
/// A wrong currency that is taken silently is worse than a cell that is refused. So what is neither known as a currency
/// nor as something else stays beside the digits, and the cell is read, or refused, as the same text would be.
enum FormatLiteral: Equatable {
  /// Nothing that matters.
  case none
  /// Currencies, by codes or signs that a cell's text may have, too; more than one have to agree there.
  case currency(String)
  /// A word that may be a currency, part of one, or a number of pieces.
  case unknown

  init(_ text: String.UnicodeScalarView) {
    if let code = FormatLiteral.code(of: String(text).trimmedSpaces) {
      self = .currency(code)
      return
    }
    var names: [String] = []
    for word in FormatLiteral.words(of: text) {
      if let name = FormatLiteral.currency(word) {
        names.append(name)
      } else if !FormatLiteral.isOther(word) {
        self = .unknown
        return
      }
    }
    self = names.isEmpty ? .none : .currency(names.joined(separator: " "))
  }

  /// What each is the only name of. Those in small letters may be written in any.
  ///
  /// `kr`, `Fr`, `Rs`, `R`, `lei`, `руб` and `元` are missing: several countries have money of that name, so that only
  /// `FormatLocale` tells them apart.
  private static let codes: [String: String] = [
    "euro": "EUR", "euros": "EUR", "sterling": "GBP", "sfr": "CHF", "zloty": "PLN", "forint": "HUF", "лв": "BGN",
    "лв.": "BGN", "грн": "UAH", "грн.": "UAH", "TL": "TRY", "yen": "JPY", "円": "JPY", "RMB": "CNY", "yuan": "CNY",
    "원": "KRW", "NT$": "TWD", "S$": "SGD", "RM": "MYR", "baht": "THB", "đ": "VND", "ksh": "KES", "rand": "ZAR",
    "S/": "PEN", "S/.": "PEN", "B/.": "PAB",
    "us $": "USD", "$us": "USD", "$ us": "USD", "can$": "CAD", "can $": "CAD", "$ ca": "CAD",
  ]

  private static func code(of name: String) -> String? { codes[name] ?? codes[name.lowercased()] }

  /// What may stand beside an amount without changing it: one of the goods, their measure, or what the amount is. Words
  /// of more than two letters may be written in any; shorter ones are too often a currency in other letters. Missing are
  /// those that are a currency, or begin one, in any case: `can` of `CAN $`, `cup`, `ft`, `d`, `l`, `pen`.
  private static let others = Set(
    """
    a an and by for from in is of on or per the to with \
    amount cost costs each ea excl gross incl item items list net price prices retail tax total unit units vat wholesale \
    bag bags bottle bottles box boxes cans carton cartons case cases crate crates ctn each jar jars pack \
    packs pair pairs pallet pallets pc Pc PC pcs pce piece pieces pk pkg qty roll rolls set sets sheet sheets tray \
    EA Ea KG Kg st St ST stk stück stueck stck kpl ks db szt шт pz pza un ud uds stuks adet pièce pièces \
    g kg mg lb lbs oz ml cl m m2 m3 m² m³ cm mm km in yd inch inches litre litres liter liters gal \
    day days h hour hours hr hrs min week weeks month months yr year years
    """.split(separator: " ").map(String.init))

  private static func isOther(_ word: String) -> Bool {
    others.contains(word) || word.unicodeScalars.count > 2 && others.contains(word.lowercased())
  }

  /// The word itself, if an amount's text may have it, or the code that it stands for.
  private static func currency(_ word: String) -> String? {
    meanings(of: word).isEmpty ? code(of: word) : word
  }

  /// The currencies that a code or sign may mean in an amount's text.
  static func meanings(of name: String) -> [Currency] {
    Array(name.utf8).withUnsafeBufferPointer { bytes in
      if let code = Currency(inUse: bytes) { return [code] }
      var rest = bytes
      guard let meanings = MoneyCell.takeSign(from: &rest), rest.isEmpty else { return [] }
      return meanings
    }
  }

  /// Letters and digits, and a currency's sign with the letters that belong to it, `R$`; all else divides.
  private static func words(of text: String.UnicodeScalarView) -> [String] {
    var (words, word) = ([String](), String.UnicodeScalarView())
    func end() {
      if !word.isEmpty { words.append(String(word)) }
      word = String.UnicodeScalarView()
    }
    for scalar in text {
      switch scalar.properties.generalCategory {
      case .currencySymbol:
        if word.count > 3 { end() }
        word.append(scalar)
        end()
      case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark,
        .spacingMark, .decimalNumber, .letterNumber, .otherNumber:
        word.append(scalar)
      default: end()
      }
    }
    end()
    return words
  }
}

extension String {
  /// Without blanks, and marks of a text's direction, at its ends.
  var trimmedSpaces: String {
    func isSpace(_ character: Unicode.Scalar) -> Bool { " \u{A0}\u{200E}\u{200F}".unicodeScalars.contains(character) }
    let start = unicodeScalars.drop(while: isSpace)
    return String(String.UnicodeScalarView(start.reversed().drop(while: isSpace).reversed()))
  }
}

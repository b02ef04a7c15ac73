/// What people and spreadsheets write for "nothing".
enum Placeholder {
  case nothing
  /// What a formula leaves that cannot be computed.
  case error
  /// What a spreadsheet shows of a value for which the column has no room: `######`.
  case noRoom

  /// Nil for a cell that says something.
  @inline(__always)
  init?(_ cell: UnsafeBufferPointer<UInt8>) {
    guard let first = cell.first, cell.count <= 11 || first == UInt8(ascii: "#"), Placeholder.mayBegin(first) else {
      return nil
    }
    // No, which is a common answer.
    if cell.count == 2, cell[1].lowercased == UInt8(ascii: "o") { return nil }
    self.init(word: cell)
  }

  @inline(__always)
  private static func mayBegin(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "n"), UInt8(ascii: "N"), UInt8(ascii: "t"), UInt8(ascii: "T"), UInt8(ascii: "-"),
      UInt8(ascii: "#"), UInt8(ascii: "("), UInt8(ascii: "?"), 0xE2:
      true
    default: false
    }
  }

  private init?(word: UnsafeBufferPointer<UInt8>) {
    if Placeholder.words.contains(where: { word.equalsIgnoringCase($0) }) {
      self = .nothing
    } else if Placeholder.errors.contains(where: { word.equalsIgnoringCase($0) }) {
      self = .error
    } else if word.count > 1, word.allSatisfy({ $0 == UInt8(ascii: "#") }) {
      self = .noRoom
    } else {
      return nil
    }
  }

  /// What is wrong with it where a value has to be.
  var problem: CellProblem {
    switch self {
    case .nothing: .missing
    case .error: .spreadsheetError
    case .noRoom: .noRoomForValue
    }
  }

  private static let words: [StaticString] = [
    "n/a", "na", "n.a.", "nan", "none", "null", "nil", "tbd", "tba", "tbc", "-", "--", "–", "—", "?", "(blank)",
    "(null)", "not set",
  ]

  /// What stands for a formula whose value no spreadsheet has computed yet.
  static let uncomputed = "#FORMULA!"

  private static let errors: [StaticString] = [
    "#ref!", "#value!", "#div/0!", "#name?", "#null!", "#num!", "#spill!", "#calc!", "#n/a", "#na", "#n/a n/a",
    "#formula!",
  ]
}

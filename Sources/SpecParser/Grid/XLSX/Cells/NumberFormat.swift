/// How a cell's number is written, as far as it matters to what the cell means. Colours, thousands separators and the
/// number of places that a person wants to see do not.
enum NumberFormat: Sendable, Equatable {
  /// As the number is, with all its digits.
  case general
  /// A day; a time of day, if there is one, is not shown.
  case date
  case time
  /// A day with its time, if it is not midnight.
  case dateTime
  /// Hours beyond 24, as of a duration.
  case elapsed
  case percent
  /// With zeros before it, up to as many places as there are in the pattern, and what stands around the places.
  case padded(DigitPattern)
  /// With the currency's sign or code, or a word that may be one, as the format has it, and at least so many decimals.
  case currency(prefix: [UInt8], suffix: [UInt8], decimals: Int)
  /// One of two, as the number is.
  indirect case either(FormatCondition, NumberFormat, otherwise: NumberFormat)

  /// A format that files name by number alone.
  ///
  /// Those of currencies (5 to 8, 42, 44) have the sign of the place where the file is opened, so they tell none.
  ///
  /// Source: ECMA-376, part 1, 18.8.30 (numFmt), and the further numbers that it lists for East Asia.
  init(builtIn id: Int) {
    self =
      switch id {
      case 9, 10: .percent
      case 14...17, 27...31, 36, 50...54, 57, 58: .date
      case 18...21, 32...35, 45, 47, 55, 56: .time
      case 22: .dateTime
      case 46: .elapsed
      default: .general
      }
  }

  /// Bytes of a code. A spreadsheet takes 255 characters.
  private static let maxCode = 1_024

  /// - Parameter code: such as `"$"#,##0.00;[Red]-"$"#,##0.00`; its first section counts, and others where it is for
  ///   some numbers only, `[<10]`. One that is longer than any spreadsheet's is as good as none.
  init(code: String) {
    guard code.utf8.count <= NumberFormat.maxCode else {
      self = .general
      return
    }
    var rest = Array(code.unicodeScalars)[...]
    self.init(sections: &rest, from: 0)
  }

  /// The first two sections may have conditions. Behind a first that has one, a second without is for what is below
  /// zero, if there is a third.
  private init(sections rest: inout ArraySlice<Unicode.Scalar>, from place: Int) {
    let section = FormatSection(&rest)
    let format = NumberFormat(section)
    guard place < 2, !rest.isEmpty, let condition = section.condition ?? (place == 1 ? .below(0) : nil) else {
      self = format
      return
    }
    let other = NumberFormat(sections: &rest, from: place + 1)
    self = format == other ? format : .either(condition, format, otherwise: other)
  }

  private init(_ section: FormatSection) {
    if section.isElapsed {
      self = .elapsed
    } else if section.hasDay || section.hasTime {
      self = section.hasDay ? (section.hasTime ? .dateTime : .date) : .time
    } else if section.namesCurrency {
      self = NumberFormat(beside: section)
    } else if section.isPercent {
      self = .percent
    } else if section.pattern.hasDigits, !section.isScientific {
      self = .padded(section.pattern)
    } else if section.hasPlaces, !section.before.isEmpty || !section.behind.isEmpty {
      self = NumberFormat(beside: section)
    } else {
      self = .general
    }
  }

  private init(beside section: FormatSection) {
    self = .currency(
      prefix: Array(section.before.utf8), suffix: Array(section.behind.utf8), decimals: section.decimals)
  }
}

extension UInt8 {
  static let zero = UInt8(ascii: "0")
}

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

  /// - Parameter code: such as `"$"#,##0.00;[Red]-"$"#,##0.00`; its first section counts. One that is longer than any
  ///   spreadsheet's is as good as none.
  init(code: String) {
    guard code.utf8.count <= NumberFormat.maxCode else {
      self = .general
      return
    }
    let section = FormatSection(code)
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

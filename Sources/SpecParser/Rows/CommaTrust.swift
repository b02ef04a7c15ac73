/// How far commas before fractions are to be expected of a file.
enum CommaTrust: Sendable {
  /// They divide its cells, or nothing is known.
  case none
  /// They divide no cells.
  case possible
  /// Semicolons divide the cells, as programs write them where commas stand before fractions.
  case expected

  init(delimiter: UInt8) {
    self =
      switch delimiter {
      case UInt8(ascii: ","): .none
      case UInt8(ascii: ";"): .expected
      default: .possible
      }
  }
}

/// A Global Trade Item Number in its canonical form of 14 digits.
///
/// GTIN-8, -12 (UPC), -13 (EAN) and -14 are one number space: shorter forms are padded with zeros on the left
/// (GS1 General Specifications, section 3). The submitted form is kept beside it where it has to be given back.
public struct GTIN: Hashable, Comparable, Sendable {
  /// The 14 digits as a number, below 10^14.
  public let number: UInt64

  /// Takes the number of a canonical GTIN; nil from 10^14 on.
  public init?(number: UInt64) {
    guard number < 100_000_000_000_000 else { return nil }
    self.number = number
  }

  /// Reads a submitted GTIN: exactly 8, 12, 13 or 14 digits, nothing else. The check digit is not looked at.
  public init(submitted digits: some Collection<UInt8>) throws(GTINError) {
    guard digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { throw .notDigits }
    guard [8, 12, 13, 14].contains(digits.count) else { throw .wrongLength(digits.count) }
    number = digits.reduce(0) { $0 * 10 + UInt64($1 - 0x30) }
  }

  public init(submitted text: String) throws(GTINError) { try self.init(submitted: Array(text.utf8)) }

  /// The canonical form, 14 digits.
  public var text14: String { String(decoding: digits14, as: UTF8.self) }

  /// The canonical form's ASCII digits.
  public var digits14: [UInt8] {
    var digits = [UInt8](repeating: 0x30, count: 14)
    var rest = number
    for place in stride(from: 13, through: 0, by: -1) {
      digits[place] = 0x30 + UInt8(rest % 10)
      rest /= 10
    }
    return digits
  }

  /// Whether the last digit is what GS1's rule asks for: weights 3 and 1 from the right, modulo 10.
  public var hasValidCheckDigit: Bool { number % 10 == GTIN.checkDigit(of: number / 10) }

  /// The check digit that belongs behind `body`, the number without its last digit.
  public static func checkDigit(of body: UInt64) -> UInt64 {
    var (sum, weight, rest) = (UInt64(0), UInt64(3), body)
    while rest > 0 {
      sum += weight * (rest % 10)
      weight = 4 - weight
      rest /= 10
    }
    return (10 - sum % 10) % 10
  }

  public static func < (one: GTIN, other: GTIN) -> Bool { one.number < other.number }
}

/// Why a text is no GTIN.
public enum GTINError: Error, Equatable, Sendable, CustomStringConvertible {
  case notDigits
  case wrongLength(Int)

  public var description: String {
    switch self {
    case .notDigits: "a GTIN consists of digits only"
    case .wrongLength(let count): "a GTIN has 8, 12, 13 or 14 digits, not \(count)"
    }
  }
}

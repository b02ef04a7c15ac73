/// A decimal as its digits and the place of its point: slow, and beyond doubt.
struct ExactDecimal: Equatable {
  /// Without zeros at the ends; empty for zero.
  let digits: [UInt8]
  /// Digits before the point.
  let point: Int
  let isNegative: Bool

  /// Nil for what is no number.
  init?(_ text: [UInt8]) {
    var rest = text[...]
    let sign = rest.first == 0x2D || rest.first == 0x2B ? rest.removeFirst() : 0x2B
    let mantissa = rest.prefix { $0 != 0x65 && $0 != 0x45 }
    var exponent = 0
    if mantissa.count < rest.count {
      let power = rest.dropFirst(mantissa.count + 1)
      let places = power.drop { $0 == 0x2D || $0 == 0x2B }
      guard !places.isEmpty, power.count - places.count <= 1, places.allSatisfy({ (0x30...0x39).contains($0) }) else {
        return nil
      }
      // Beyond it all are alike.
      let value = Int(String(decoding: places, as: UTF8.self)) ?? Int(Int32.max)
      exponent = power.first == 0x2D ? -value : value
    }
    let parts = mantissa.split(separator: 0x2E, maxSplits: 1, omittingEmptySubsequences: false)
    let all = Array(parts.joined())
    guard !all.isEmpty, all.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    let kept = all.drop { $0 == 0x30 }
    digits = Array(kept.reversed().drop { $0 == 0x30 }.reversed())
    point = digits.isEmpty ? 0 : parts[0].count - (all.count - kept.count) + exponent
    isNegative = sign == 0x2D && !digits.isEmpty
  }
}

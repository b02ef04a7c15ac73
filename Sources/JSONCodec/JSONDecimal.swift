/// The exact value of a number's text: 0.d₁d₂…dₙ × 10^magnitude, without zeros at either end of the digits.
struct JSONDecimal {
  private let isNegative: Bool
  /// From the first to the last digit that is not 0, with the point where it falls; empty for zero.
  private let text: UnsafeBufferPointer<UInt8>
  private let digits: Int
  private let magnitude: Int

  /// `number` is valid JSON, and the decimal lives no longer than the buffer.
  init(_ number: UnsafeBufferPointer<UInt8>) {
    isNegative = number.first == UInt8(ascii: "-")
    var first: Int?
    var last = 0
    var point: Int?
    var at = isNegative ? 1 : 0
    while at < number.count, number[at] | 0x20 != UInt8(ascii: "e") {
      if number[at] == UInt8(ascii: ".") {
        point = at
      } else if number[at] != 0x30 {
        first = first ?? at
        last = at
      }
      at += 1
    }
    guard let first else {
      (text, digits, magnitude) = (UnsafeBufferPointer(start: nil, count: 0), 0, 0)
      return
    }
    let pointAt = point ?? at
    text = UnsafeBufferPointer(rebasing: number[first...last])
    digits = text.count - (first < pointAt && pointAt < last ? 1 : 0)
    // A point before the first digit stands between it and the place that the digit's position counts from.
    let whole = first < pointAt ? pointAt - first : pointAt - first + 1
    magnitude = whole + Self.exponent(number, after: at)
  }

  private static func exponent(_ number: UnsafeBufferPointer<UInt8>, after mark: Int) -> Int {
    var value = 0
    for byte in number.dropFirst(mark + 1) where byte &- 0x30 < 10 { value = value * 10 + Int(byte - 0x30) }
    return mark + 1 < number.count && number[mark + 1] == UInt8(ascii: "-") ? -value : value
  }

  /// The value, when it is an integer that fits.
  var int64: Int64? {
    guard digits > 0 else { return 0 }
    guard magnitude >= digits, magnitude <= 19 else { return nil }
    var value: Int64 = 0
    for byte in text where byte != UInt8(ascii: ".") {
      guard let next = shifted(value, adding: Int64(byte) - 0x30) else { return nil }
      value = next
    }
    for _ in digits..<magnitude {
      guard let next = shifted(value, adding: 0) else { return nil }
      value = next
    }
    return value
  }

  private func shifted(_ value: Int64, adding digit: Int64) -> Int64? {
    let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
    let (sum, carry) = isNegative ? tens.subtractingReportingOverflow(digit) : tens.addingReportingOverflow(digit)
    return overflow || carry ? nil : sum
  }

  /// Appends the one spelling of the value: plain up to 21 places before the point and 6 zeros after it, else with
  /// an exponent, as ECMAScript prints numbers; but with every digit.
  func appendCanonical(to output: inout [UInt8]) {
    guard digits > 0 else {
      output.append(0x30)
      return
    }
    if isNegative { output.append(UInt8(ascii: "-")) }
    switch magnitude {
    case -5...0:
      output.append(contentsOf: "0.".utf8)
      output.append(contentsOf: repeatElement(0x30, count: -magnitude))
      appendDigits(pointAfter: digits, to: &output)
    case 1...21:
      appendDigits(pointAfter: magnitude, to: &output)
      output.append(contentsOf: repeatElement(0x30, count: max(0, magnitude - digits)))
    default:
      appendDigits(pointAfter: 1, to: &output)
      output.append(UInt8(ascii: "e"))
      output.append(contentsOf: String(magnitude - 1).utf8)
    }
  }

  private func appendDigits(pointAfter place: Int, to output: inout [UInt8]) {
    var written = 0
    for byte in text where byte != UInt8(ascii: ".") {
      if written == place { output.append(UInt8(ascii: ".")) }
      output.append(byte)
      written += 1
    }
  }
}

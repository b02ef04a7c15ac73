/// An exact decimal with at most six fractional digits, and the number of digits with which it was written.
///
/// Never binary floating point: 39.88 has no such form.
public struct DecimalNumber: Sendable {
  /// The value times 10^6.
  public let micros: Int64
  /// Fractional digits as written, 0 to 6.
  public let scale: Int

  public init(micros: Int64, scale: Int) {
    self.micros = micros
    self.scale = scale
  }

  /// Reads JSON's number syntax, and digits with leading zeros or a leading point, as spreadsheets write them.
  public init(parsing text: some Collection<UInt8>) throws(DecimalError) {
    var reader = DecimalReader()
    for byte in text { try reader.take(byte) }
    self = try reader.finish()
  }

  /// The value with at least `digits` fractional digits, and no fewer than it was written with.
  public func appendText(atLeast digits: Int, to bytes: inout [UInt8]) {
    let places = max(scale, digits)
    var rest = micros.magnitude
    for _ in places..<6 { rest /= 10 }
    var reversed: [UInt8] = []
    var place = 0
    repeat {
      if place == places, places > 0 { reversed.append(0x2E) }
      reversed.append(0x30 + UInt8(rest % 10))
      rest /= 10
      place += 1
    } while rest > 0 || place <= places
    if micros < 0 { reversed.append(0x2D) }
    bytes.append(contentsOf: reversed.reversed())
  }
}

/// Why a text is no exact decimal.
public enum DecimalError: Error, Equatable, Sendable {
  case notANumber
  /// More than six fractional digits that are not zero.
  case tooPrecise
  /// Beyond 9.2 · 10^12.
  case outOfRange
}

/// Collects a decimal digit by digit.
private struct DecimalReader {
  private var isNegative = false
  /// The digits up to the last one that is not zero.
  private var mantissa: UInt64 = 0
  /// The zeros behind it, which may turn out to change nothing.
  private var zeros = 0
  private var fraction = 0
  private var exponent = 0
  private var exponentSign = 0
  private var digits = 0
  private var phase = Phase.start

  private enum Phase { case start, whole, fraction, exponentStart, exponentSign, exponent }

  mutating func take(_ byte: UInt8) throws(DecimalError) {
    switch (byte, phase) {
    case (0x2D, .start): (isNegative, phase) = (true, .whole)
    case (0x2B, .start): phase = .whole
    case (0x30...0x39, .start), (0x30...0x39, .whole), (0x30...0x39, .fraction):
      if phase == .start { phase = .whole }
      try takeDigit(byte - 0x30)
    case (0x2E, .start), (0x2E, .whole): phase = .fraction
    case (0x45, .whole), (0x65, .whole), (0x45, .fraction), (0x65, .fraction):
      (phase, exponentSign) = (.exponentStart, 1)
    case (0x2D, .exponentStart): (phase, exponentSign) = (.exponentSign, -1)
    case (0x2B, .exponentStart): phase = .exponentSign
    case (0x30...0x39, .exponentStart), (0x30...0x39, .exponentSign), (0x30...0x39, .exponent):
      phase = .exponent
      // Bounded: beyond a hundred the value is out of range or zero anyway.
      exponent = min(exponent * 10 + Int(byte - 0x30), 1_000)
    default: throw .notANumber
    }
  }

  private mutating func takeDigit(_ digit: UInt8) throws(DecimalError) {
    digits += 1
    guard digits <= 64 else { throw .outOfRange }
    if phase == .fraction { fraction += 1 }
    zeros += 1
    if digit == 0 { return }
    for _ in 0..<zeros where mantissa > 0 { try shift() }
    let (sum, overflow) = mantissa.addingReportingOverflow(UInt64(digit))
    guard !overflow else { throw tooLong }
    (mantissa, zeros) = (sum, 0)
  }

  private mutating func shift() throws(DecimalError) {
    let (product, overflow) = mantissa.multipliedReportingOverflow(by: 10)
    guard !overflow else { throw tooLong }
    mantissa = product
  }

  private var tooLong: DecimalError { fraction > 6 ? .tooPrecise : .outOfRange }

  func finish() throws(DecimalError) -> DecimalNumber {
    guard digits > 0, phase != .exponentStart, phase != .exponentSign else { throw .notANumber }
    // Digits as written, before the value is brought to six places.
    let written = max(0, min(fraction - exponentSign * exponent, 6))
    if mantissa == 0 { return DecimalNumber(micros: 0, scale: written) }
    var (value, places) = (mantissa, fraction - zeros - exponentSign * exponent)
    guard places <= 6 else { throw .tooPrecise }
    while places < 6 {
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      guard !overflow else { throw .outOfRange }
      value = product
      places += 1
    }
    guard value <= UInt64(Int64.max) else { throw .outOfRange }
    return DecimalNumber(micros: isNegative ? -Int64(value) : Int64(value), scale: written)
  }
}

/// The encoding of western Windows (the Encoding Standard's table).
enum Windows1252 {
  /// The character of a byte from 0x80 on; the five bytes without one become the control characters of the same
  /// number, which cells refuse.
  static func scalar(of byte: UInt8) -> UInt32 {
    byte < 0xA0 ? UInt32(upper[Int(byte) - 0x80]) : UInt32(byte)
  }

  /// The byte of a character; nil for one that the encoding does not have.
  static func byte(of scalar: Unicode.Scalar) -> UInt8? {
    if scalar.value < 0x80 || (0xA0...0xFF).contains(scalar.value) { return UInt8(scalar.value) }
    return upper.firstIndex { UInt32($0) == scalar.value }.map { UInt8($0 + 0x80) }
  }

  /// The characters of 0x80 to 0x9F.
  private static let upper: [UInt16] = [
    0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D, 0x017D,
    0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,
    0x017E, 0x0178,
  ]
}

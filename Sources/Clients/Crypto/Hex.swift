/// Bytes as hexadecimal digits.
public enum Hex {
  /// Two lower-case digits a byte.
  public static func encode(_ bytes: some Collection<UInt8>) -> String {
    String(unsafeUninitializedCapacity: bytes.count * 2) { output in
      var count = 0
      for byte in bytes {
        output.initializeElement(at: count, to: digit(byte >> 4))
        output.initializeElement(at: count + 1, to: digit(byte))
        count += 2
      }
      return count
    }
  }

  /// Reads digits of either case; nil for anything else, and for an odd number of them.
  public static func decode(_ text: some StringProtocol) -> [UInt8]? {
    var bytes: [UInt8] = []
    var pending: UInt8?
    for digit in text.utf8 {
      guard let value = value(digit) else { return nil }
      if let high = pending { bytes.append(high << 4 | value) }
      pending = pending == nil ? value : nil
    }
    return pending == nil ? bytes : nil
  }

  /// The digit of the lower four bits.
  static func digit(_ value: UInt8) -> UInt8 {
    let value = value & 15
    return value < 10 ? 0x30 + value : 0x57 + value
  }

  private static func value(_ digit: UInt8) -> UInt8? {
    switch digit {
    case 0x30...0x39: digit - 0x30
    case 0x41...0x46: digit - 0x37
    case 0x61...0x66: digit - 0x57
    default: nil
    }
  }
}

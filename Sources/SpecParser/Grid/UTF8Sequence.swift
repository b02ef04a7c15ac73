/// The sequences of bytes that stand for characters beyond ASCII (Unicode's table 3-7).
enum UTF8Sequence {
  /// The length of the well-formed sequence that `bytes` begin with, or nil.
  static func length(_ bytes: some Collection<UInt8>) -> Int? {
    var bytes = bytes.makeIterator()
    guard let lead = bytes.next(), let (length, second) = shape(lead) else { return nil }
    guard let next = bytes.next(), second.contains(next) else { return nil }
    for _ in 2..<length {
      guard let next = bytes.next(), next & 0xC0 == 0x80 else { return nil }
    }
    return length
  }

  /// Whether `bytes` are the beginning of a sequence that may become well-formed.
  static func isIncomplete(_ bytes: some Collection<UInt8>) -> Bool {
    guard let lead = bytes.first, let (length, second) = shape(lead), bytes.count < length else { return false }
    for (place, byte) in bytes.enumerated().dropFirst() {
      guard place == 1 ? second.contains(byte) : byte & 0xC0 == 0x80 else { return false }
    }
    return true
  }

  /// The length that a leading byte asks for, and what its second byte may be.
  private static func shape(_ lead: UInt8) -> (length: Int, second: ClosedRange<UInt8>)? {
    switch lead {
    case 0xC2...0xDF: (2, 0x80...0xBF)
    case 0xE0: (3, 0xA0...0xBF)
    case 0xED: (3, 0x80...0x9F)
    case 0xE1...0xEF: (3, 0x80...0xBF)
    case 0xF0: (4, 0x90...0xBF)
    case 0xF1...0xF3: (4, 0x80...0xBF)
    case 0xF4: (4, 0x80...0x8F)
    default: nil
    }
  }
}

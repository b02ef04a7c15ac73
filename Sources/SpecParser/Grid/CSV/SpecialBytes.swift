/// Looks for the characters that mean something in comma-separated values, eight bytes at once.
struct SpecialBytes: Sendable {
  private let delimiter: UInt8
  private let delimiters: UInt64

  private static let ones: UInt64 = 0x0101_0101_0101_0101
  private static let highBits: UInt64 = 0x8080_8080_8080_8080

  init(delimiter: UInt8) {
    self.delimiter = delimiter
    delimiters = SpecialBytes.ones &* UInt64(delimiter)
  }

  /// The first delimiter, LF, CR or, if asked for, quote from `start` on; `end` when there is none.
  @inline(__always)
  func first(in text: UnsafeMutablePointer<UInt8>, from start: Int, to end: Int, orQuote: Bool) -> Int {
    var at = start
    while at &+ 8 <= end {
      let word = UInt64(littleEndian: UnsafeRawPointer(text + at).loadUnaligned(as: UInt64.self))
      // The lowest byte found is exact; a borrow only disturbs those above it.
      var found =
        SpecialBytes.zeros(word ^ delimiters) | SpecialBytes.zeros(word ^ SpecialBytes.ones &* 0x0A)
        | SpecialBytes.zeros(word ^ SpecialBytes.ones &* 0x0D)
      if orQuote { found |= SpecialBytes.zeros(word ^ SpecialBytes.ones &* 0x22) }
      found &= SpecialBytes.highBits
      if found != 0 { return at &+ found.trailingZeroBitCount &>> 3 }
      at &+= 8
    }
    while at < end {
      let byte = text[at]
      if byte == delimiter || byte == 0x0A || byte == 0x0D || (orQuote && byte == 0x22) { return at }
      at &+= 1
    }
    return end
  }

  /// The first quote from `start` on; `end` when there is none.
  @inline(__always)
  func firstQuote(in text: UnsafeMutablePointer<UInt8>, from start: Int, to end: Int) -> Int {
    var at = start
    while at &+ 8 <= end {
      let word = UInt64(littleEndian: UnsafeRawPointer(text + at).loadUnaligned(as: UInt64.self))
      let found = SpecialBytes.zeros(word ^ SpecialBytes.ones &* 0x22) & SpecialBytes.highBits
      if found != 0 { return at &+ found.trailingZeroBitCount &>> 3 }
      at &+= 8
    }
    while at < end, text[at] != 0x22 { at &+= 1 }
    return at
  }

  /// Marks the bytes that are zero.
  @inline(__always)
  private static func zeros(_ word: UInt64) -> UInt64 { (word &- ones) & ~word }
}

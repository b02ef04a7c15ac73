/// The bytes of strings: escapes, UTF-8 and comparison.
enum JSONText {
  private static let ones: UInt64 = 0x0101_0101_0101_0101
  private static let highBits: UInt64 = 0x8080_8080_8080_8080

  /// The first byte at or after `start` that is a quote, a backslash, a control character or, if asked for, not
  /// ASCII; the count when there is none. Looks at eight bytes at once.
  @inline(__always)
  static func firstSpecial(
    in bytes: UnsafeBufferPointer<UInt8>, from start: Int, orNonASCII: Bool
  ) -> Int {
    guard let base = UnsafeRawPointer(bytes.baseAddress) else { return bytes.count }
    var at = start
    while at &+ 8 <= bytes.count {
      let word = UInt64(littleEndian: base.loadUnaligned(fromByteOffset: at, as: UInt64.self))
      let quote = word ^ (ones &* 0x22)
      let backslash = word ^ (ones &* 0x5C)
      // The lowest byte found is exact; a borrow only disturbs those above it.
      var found = (quote &- ones) & ~quote | (backslash &- ones) & ~backslash | (word &- (ones &* 0x20)) & ~word
      if orNonASCII { found |= word }
      found &= highBits
      if found != 0 { return at &+ found.trailingZeroBitCount >> 3 }
      at &+= 8
    }
    while at < bytes.count, !isSpecial(bytes[at], orNonASCII: orNonASCII) { at &+= 1 }
    return at
  }

  @inline(__always)
  private static func isSpecial(_ byte: UInt8, orNonASCII: Bool) -> Bool {
    byte < 0x20 || byte == 0x22 || byte == 0x5C || (orNonASCII && byte >= 0x80)
  }

  /// The length of the well-formed UTF-8 sequence at `start` (Unicode's table 3-7), or nil.
  static func sequenceLength(in bytes: UnsafeBufferPointer<UInt8>, at start: Int) -> Int? {
    func within(_ offset: Int, _ range: ClosedRange<UInt8>) -> Bool {
      start + offset < bytes.count && range.contains(bytes[start + offset])
    }
    let continuation: ClosedRange<UInt8> = 0x80...0xBF
    switch bytes[start] {
    case 0x00...0x7F: return 1
    case 0xC2...0xDF: return within(1, continuation) ? 2 : nil
    case 0xE0: return within(1, 0xA0...0xBF) && within(2, continuation) ? 3 : nil
    case 0xED: return within(1, 0x80...0x9F) && within(2, continuation) ? 3 : nil
    case 0xE1...0xEF: return within(1, continuation) && within(2, continuation) ? 3 : nil
    case 0xF0: return within(1, 0x90...0xBF) && within(2, continuation) && within(3, continuation) ? 4 : nil
    case 0xF4: return within(1, 0x80...0x8F) && within(2, continuation) && within(3, continuation) ? 4 : nil
    case 0xF1...0xF3: return within(1, continuation) && within(2, continuation) && within(3, continuation) ? 4 : nil
    default: return nil
    }
  }

  static func isUTF8(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    var at = 0
    while at < bytes.count {
      guard let length = sequenceLength(in: bytes, at: at) else { return false }
      at += length
    }
    return true
  }

  /// Appends text as a JSON string with the fewest escapes.
  static func appendQuoted(_ text: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]) {
    output.append(0x22)
    var at = 0
    while true {
      let special = firstSpecial(in: text, from: at, orNonASCII: false)
      if special > at { output.append(contentsOf: UnsafeBufferPointer(rebasing: text[at..<special])) }
      guard special < text.count else { break }
      appendEscape(text[special], to: &output)
      at = special + 1
    }
    output.append(0x22)
  }

  private static func appendEscape(_ byte: UInt8, to output: inout [UInt8]) {
    output.append(0x5C)
    switch byte {
    case 0x08: output.append(UInt8(ascii: "b"))
    case 0x09: output.append(UInt8(ascii: "t"))
    case 0x0A: output.append(UInt8(ascii: "n"))
    case 0x0C: output.append(UInt8(ascii: "f"))
    case 0x0D: output.append(UInt8(ascii: "r"))
    case 0x22, 0x5C: output.append(byte)
    default:
      let digit = byte & 15
      output.append(contentsOf: "u00".utf8)
      output.append(0x30 + byte >> 4)
      output.append(digit < 10 ? 0x30 + digit : 0x57 + digit)
    }
  }

  @inline(__always)
  static func equal(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Bool {
    guard left.count == right.count else { return false }
    guard let a = UnsafeRawPointer(left.baseAddress), let b = UnsafeRawPointer(right.baseAddress) else { return true }
    var at = 0
    while at &+ 8 <= left.count {
      let one = a.loadUnaligned(fromByteOffset: at, as: UInt64.self)
      guard one == b.loadUnaligned(fromByteOffset: at, as: UInt64.self) else { return false }
      at &+= 8
    }
    while at < left.count {
      guard left[at] == right[at] else { return false }
      at &+= 1
    }
    return true
  }

  /// Whether one text precedes another, byte by byte.
  @inline(__always)
  static func isBefore(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Bool {
    let common = min(left.count, right.count)
    var at = 0
    while at < common {
      if left[at] != right[at] { return left[at] < right[at] }
      at &+= 1
    }
    return left.count < right.count
  }
}

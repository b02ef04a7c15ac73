extension JSONText {
  /// Hands out the text that validated string contents stand for.
  static func withUnescaped<R>(
    _ contents: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) throws -> R
  ) rethrows -> R {
    // Unescaped text is never longer than its escaped form.
    try withUnsafeTemporaryAllocation(of: UInt8.self, capacity: contents.count) { output in
      let count = unescape(contents, into: output)
      return try body(UnsafeBufferPointer(rebasing: output[..<count]))
    }
  }

  private static func unescape(
    _ contents: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>
  ) -> Int {
    var count = 0
    var at = 0
    func put(_ byte: UInt8) {
      output.initializeElement(at: count, to: byte)
      count += 1
    }
    while at < contents.count {
      let byte = contents[at]
      at += 1
      guard byte == 0x5C, at < contents.count else {
        put(byte)
        continue
      }
      let escape = contents[at]
      at += 1
      if escape == UInt8(ascii: "u") {
        UTF8.encode(codePoint(in: contents, at: &at))?.forEach(put)
      } else {
        put(simpleEscape(escape) ?? escape)
      }
    }
    return count
  }

  /// What the character after a backslash stands for, or nil when it is none of the short escapes.
  static func simpleEscape(_ escape: UInt8) -> UInt8? {
    switch escape {
    case UInt8(ascii: "b"): 0x08
    case UInt8(ascii: "t"): 0x09
    case UInt8(ascii: "n"): 0x0A
    case UInt8(ascii: "f"): 0x0C
    case UInt8(ascii: "r"): 0x0D
    case 0x22, 0x2F, 0x5C: escape
    default: nil
    }
  }

  /// The value of four hexadecimal digits, or nil.
  static func hexUnit(in bytes: UnsafeBufferPointer<UInt8>, at start: Int) -> UInt32? {
    guard start + 4 <= bytes.count else { return nil }
    var unit: UInt32 = 0
    for byte in bytes[start..<start + 4] {
      let digit: UInt8
      switch byte {
      case 0x30...0x39: digit = byte - 0x30
      case 0x41...0x46: digit = byte - 0x37
      case 0x61...0x66: digit = byte - 0x57
      default: return nil
      }
      unit = unit << 4 | UInt32(digit)
    }
    return unit
  }

  /// Reads what follows `\u`, a surrogate pair's second half included.
  private static func codePoint(in contents: UnsafeBufferPointer<UInt8>, at position: inout Int) -> Unicode.Scalar {
    let first = hexUnit(in: contents, at: position) ?? 0xFFFD
    position += 4
    if let scalar = Unicode.Scalar(first) { return scalar }
    let second = hexUnit(in: contents, at: position + 2) ?? 0xDC00
    position += 6
    return Unicode.Scalar(0x10000 + (first & 0x3FF) << 10 + second & 0x3FF) ?? "\u{FFFD}"
  }
}

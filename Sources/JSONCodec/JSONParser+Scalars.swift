extension JSONParser {
  /// Passes over a string; true when it has escapes. Refuses control characters and ill-formed UTF-8 or escapes.
  mutating func skipString() throws(JSONError) -> Bool {
    var at = position &+ 1
    var isEscaped = false
    while true {
      at = JSONText.firstSpecial(in: bytes, from: at, orNonASCII: true)
      guard at < bytes.count else { throw failure("unexpected end", at: at) }
      switch bytes[at] {
      case 0x22:
        position = at &+ 1
        return isEscaped
      case 0x5C:
        at = try escapeEnd(at)
        isEscaped = true
      case 0x80...:
        guard let length = JSONText.sequenceLength(in: bytes, at: at) else { throw failure("invalid UTF-8", at: at) }
        at &+= length
      default:
        throw failure("control character in a string", at: at)
      }
    }
  }

  /// The position after the escape whose backslash is at `start`.
  private func escapeEnd(_ start: Int) throws(JSONError) -> Int {
    guard start + 1 < bytes.count else { throw failure("unexpected end", at: start + 1) }
    guard bytes[start + 1] == UInt8(ascii: "u") else {
      guard JSONText.simpleEscape(bytes[start + 1]) != nil else { throw failure("invalid escape", at: start) }
      return start + 2
    }
    let unit = try hexUnit(start)
    guard (0xD800...0xDFFF).contains(unit) else { return start + 6 }
    guard unit < 0xDC00, start + 7 < bytes.count, bytes[start + 6] == 0x5C, bytes[start + 7] == UInt8(ascii: "u"),
      (0xDC00...0xDFFF).contains(try hexUnit(start + 6))
    else { throw failure("lone surrogate", at: start) }
    return start + 12
  }

  private func hexUnit(_ backslash: Int) throws(JSONError) -> UInt32 {
    guard let unit = JSONText.hexUnit(in: bytes, at: backslash + 2) else {
      throw failure("invalid escape", at: backslash)
    }
    return unit
  }

  mutating func skipLiteral(_ literal: StaticString) throws(JSONError) {
    let text = UnsafeBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount)
    let end = position + text.count
    guard end <= bytes.count else {
      let rest = bytes[position...]
      throw text.starts(with: rest) ? failure("unexpected end", at: bytes.count) : failure("unexpected character")
    }
    guard JSONText.equal(UnsafeBufferPointer(rebasing: bytes[position..<end]), text) else {
      throw failure("unexpected character")
    }
    position = end
  }

  /// Passes over a number. An exponent beyond nine digits is refused: no two such numbers could be compared by value
  /// with bounded work.
  mutating func skipNumber() throws(JSONError) {
    if bytes[position] == UInt8(ascii: "-") { position &+= 1 }
    let first = position
    try skipDigits()
    if bytes[first] == 0x30, position > first &+ 1 { throw failure("leading zero in a number", at: first) }
    if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
      position &+= 1
      try skipDigits()
    }
    guard position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") else { return }
    position &+= 1
    if position < bytes.count, bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-") {
      position &+= 1
    }
    let exponent = position
    try skipDigits()
    let significant = bytes[exponent..<position].drop { $0 == 0x30 }
    guard significant.count <= 9 else { throw failure("exponent out of range", at: exponent) }
  }

  @inline(__always)
  private mutating func skipDigits() throws(JSONError) {
    var at = position
    while at < bytes.count, bytes[at] &- 0x30 < 10 { at &+= 1 }
    guard at > position else { throw failure(at < bytes.count ? "expected a digit" : "unexpected end") }
    position = at
  }
}

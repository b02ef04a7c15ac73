extension UInt8 {
  static let lineFeed: UInt8 = 0x0A
  static let carriageReturn: UInt8 = 0x0D
  static let space: UInt8 = 0x20
  static let quote: UInt8 = 0x22

  @inline(__always)
  var isDigit: Bool { self &- 0x30 < 10 }
  @inline(__always)
  var isLetter: Bool { (self | 0x20) &- 0x61 < 26 }
  @inline(__always)
  var lowercased: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }

  /// White space, the NUL that broken exports pad with, and the character that once ended files.
  @inline(__always)
  fileprivate var isWhite: Bool { self == 0x20 || self &- 0x09 < 5 || self == 0 || self == 0x1A }
}

extension UnsafeBufferPointer<UInt8> {
  /// Without white space at both ends, the no-break space of spreadsheets and those of other widths included, and what
  /// has no width at all.
  @inline(__always)
  var trimmed: Self {
    // Most cells have none.
    guard let first, let last = last, first <= 0x20 || last <= 0x20 || first >= 0x80 || last >= 0x80 else {
      return self
    }
    return trimmedSlowly
  }

  private var trimmedSlowly: Self {
    var (start, end) = (0, count)
    while start < end {
      if self[start].isWhite {
        start += 1
      } else if let length = blankLength(at: start), start + length <= end {
        start += length
      } else {
        break
      }
    }
    while start < end {
      if self[end - 1].isWhite {
        end -= 1
      } else if let length = (2...3).first(where: { end - $0 >= start && blankLength(at: end - $0) == $0 }) {
        end -= length
      } else {
        break
      }
    }
    return part(start, end)
  }

  private func blankLength(at place: Int) -> Int? {
    func byte(_ offset: Int) -> UInt8 { place + offset < count ? self[place + offset] : 0 }
    switch (byte(0), byte(1), byte(2)) {
    case (0xC2, 0xA0, _): return 2
    case (0xE2, 0x80, 0x80...0x8A), (0xE2, 0x80, 0xAF), (0xE2, 0x81, 0x9F), (0xE3, 0x80, 0x80): return 3
    default: return unseenLength(at: place)
    }
  }

  /// Bytes of what is not seen and comes along when cells are copied from pages: the soft hyphen, the space, joiners and
  /// their like of no width, the marks of writing directions, and the byte order mark. Nil for all else.
  func unseenLength(at place: Int) -> Int? {
    func byte(_ offset: Int) -> UInt8 { place + offset < count ? self[place + offset] : 0 }
    switch (byte(0), byte(1), byte(2)) {
    case (0xC2, 0xAD, _): return 2
    case (0xE2, 0x80, 0x8B...0x8F), (0xE2, 0x80, 0xAA...0xAE), (0xE2, 0x81, 0xA0),
      (0xE2, 0x81, 0xA6...0xA9), (0xEF, 0xBB, 0xBF):
      return 3
    default: return nil
    }
  }

  /// The bytes from `start` to `end`.
  @inline(__always)
  func part(_ start: Int, _ end: Int) -> Self {
    Self(start: baseAddress.map { $0 + start }, count: end - start)
  }

  /// Equal but for the case of ASCII letters; `text` is in lower case.
  func equalsIgnoringCase(_ text: StaticString) -> Bool {
    guard count == text.utf8CodeUnitCount else { return false }
    return text.withUTF8Buffer { text in zip(self, text).allSatisfy { $0.lowercased == $1 } }
  }

  var text: String { readable }

  /// Bytes of an excerpt.
  static var maxExcerpt: Int { 200 }

  /// The bytes as text, cut to a readable length.
  var excerpt: String {
    guard count > Self.maxExcerpt else { return text }
    var end = Self.maxExcerpt
    // Not amid a character.
    while end > Self.maxExcerpt - 3, self[end] & 0xC0 == 0x80 { end -= 1 }
    return part(0, end).text + "…"
  }
}

extension ArraySlice<UInt8> {
  var trimmed: ArraySlice<UInt8> {
    withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress, let start = bytes.trimmed.baseAddress else { return [] }
      let first = startIndex + (start - base)
      return self[first..<(first + bytes.trimmed.count)]
    }
  }

  func equalsIgnoringCase(_ text: StaticString) -> Bool {
    withUnsafeBufferPointer { $0.equalsIgnoringCase(text) }
  }

  var text: String { readable }
  var excerpt: String { withUnsafeBufferPointer(\.excerpt) }
}

extension Collection<UInt8> {
  /// As text that every reader takes: databases refuse a NUL.
  fileprivate var readable: String {
    contains(0)
      ? String(decoding: self, as: UTF8.self).replacing("\0", with: "␀") : String(decoding: self, as: UTF8.self)
  }
}

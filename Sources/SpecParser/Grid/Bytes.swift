extension UInt8 {
  static let lineFeed: UInt8 = 0x0A
  static let carriageReturn: UInt8 = 0x0D
  static let space: UInt8 = 0x20
  static let quote: UInt8 = 0x22

  var isDigit: Bool { self >= 0x30 && self <= 0x39 }
  var isLetter: Bool { (self | 0x20) >= 0x61 && (self | 0x20) <= 0x7A }
  var lowercased: UInt8 { self >= 0x41 && self <= 0x5A ? self | 0x20 : self }

  fileprivate var isWhite: Bool { self == 0x20 || (self >= 0x09 && self <= 0x0D) }
}

extension ArraySlice<UInt8> {
  /// Without white space at both ends, the no-break space of spreadsheets (C2 A0) included.
  var trimmed: ArraySlice<UInt8> {
    var slice = self
    while let first = slice.first {
      if first.isWhite {
        slice.removeFirst()
      } else if first == 0xC2, slice.dropFirst().first == 0xA0 {
        slice.removeFirst(2)
      } else {
        break
      }
    }
    while let last = slice.last {
      if last.isWhite {
        slice.removeLast()
      } else if last == 0xA0, slice.dropLast().last == 0xC2 {
        slice.removeLast(2)
      } else {
        break
      }
    }
    return slice
  }

  /// Equal but for the case of ASCII letters; `text` is in lower case.
  func equalsIgnoringCase(_ text: StaticString) -> Bool {
    guard count == text.utf8CodeUnitCount else { return false }
    return text.withUTF8Buffer { text in zip(self, text).allSatisfy { $0.lowercased == $1 } }
  }

  var text: String { String(decoding: self, as: UTF8.self) }
}

/// A moment that the file has as ISO 8601 already.
enum IsoMoment {
  /// As it is, but without a time that is midnight.
  static func shown(_ text: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
    guard text.count > 11, text[10] == UInt8(ascii: "T") else { return text }
    let isMidnight = text[11...].allSatisfy {
      $0 == .zero || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "Z")
    }
    return isMidnight ? UnsafeBufferPointer(rebasing: text[..<10]) : text
  }
}

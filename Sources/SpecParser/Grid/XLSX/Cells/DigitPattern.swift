/// The places that a number format has for digits before the point, and what stands around and between them.
struct DigitPattern: Sendable, Equatable {
  /// Stands for a place among the bytes; no text of a document has it.
  static let place: UInt8 = 0

  /// Up to the last place.
  var bytes: [UInt8] = []
  /// Behind the number, its fraction included.
  var suffix: [UInt8] = []
  /// The places that show a zero where the number has no digit.
  var zeros = 0

  var places: Int { bytes.count { $0 == DigitPattern.place } }

  /// Whether the number's digits alone would not be what a person reads: zeros before them, or digits of the format's
  /// own beside them.
  var hasDigits: Bool {
    zeros > 1 || suffix.first?.isDigit == true
      || zip(bytes, bytes.dropFirst()).contains { pair in
        pair.0.isDigit && pair.1 == DigitPattern.place || pair.0 == DigitPattern.place && pair.1.isDigit
      }
  }

  /// Whether something stands between the places.
  var isDivided: Bool {
    let first = bytes.firstIndex(of: DigitPattern.place) ?? bytes.count
    return bytes[first...].contains { $0 != DigitPattern.place }
  }
}

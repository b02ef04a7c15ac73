internal import Synchronization

/// Makes identifiers that no other process makes: a random half, drawn once, and a count.
final class Identifiers: Sendable {
  private let first: UInt64
  private let last: Atomic<UInt64>

  init() {
    var random = SystemRandomNumberGenerator()
    first = random.next()
    last = Atomic(random.next())
  }

  /// 32 hexadecimal digits.
  func next() -> String {
    let count = last.wrappingAdd(1, ordering: .relaxed).newValue
    return String(unsafeUninitializedCapacity: 32) { output in
      for place in 0..<32 {
        let word = place < 16 ? first : count
        let digit = UInt8(truncatingIfNeeded: word >> UInt64(60 - place % 16 * 4)) & 15
        output.initializeElement(at: place, to: digit < 10 ? 0x30 + digit : 0x57 + digit)
      }
      return 32
    }
  }
}

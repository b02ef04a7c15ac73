/// One value, or one member's name, on a document's tape. A container's contents follow it at once: an array's
/// elements, or an object's names and values in turn.
@usableFromInline
struct JSONNode: Sendable {
  /// The first byte of the text; a string's is its quote.
  @usableFromInline let start: UInt32
  /// The byte after the text.
  @usableFromInline var end: UInt32
  /// The node after this one and its contents; the parent's node while a container is still being read.
  var next: UInt32
  /// Bits 0…2: the kind. Bit 3: a string with escapes, or `true`. Bits 4…31: the number of elements or members.
  private var bits: UInt32

  init(_ kind: JSONKind, start: Int, end: Int, next: Int, flag: Bool = false) {
    self.start = UInt32(truncatingIfNeeded: start)
    self.end = UInt32(truncatingIfNeeded: end)
    self.next = UInt32(truncatingIfNeeded: next)
    bits = UInt32(kind.rawValue) | (flag ? 8 : 0)
  }

  var kind: JSONKind { JSONKind(rawValue: UInt8(bits & 7)) ?? .null }
  var flag: Bool { bits & 8 != 0 }
  var count: Int { Int(bits >> 4) }
  var range: Range<Int> { Int(start)..<Int(end) }
  /// A string's text between its quotes.
  var contents: Range<Int> { Int(start) + 1..<Int(end) - 1 }

  mutating func countOneMore() { bits &+= 16 }
}

/// The completed offsets above a committed one, as a text for the commit's metadata.
///
/// `1r` or `1b` (the version; run lengths or bits), then base 64 of: the committed offset as a varint, then either pairs
/// of varints (how far from the last range's end, or the committed offset, to the next range; its length), or a bit for
/// each offset from the committed one on, the lowest bit first. Of the two, the one that says more is taken.
///
/// The committed offset is repeated inside because tools that translate offsets between clusters carry the metadata over
/// unchanged: under another offset the map would make a reader skip what was never done.
enum CompletedMap {
  /// What brokers accept by default (`offset.metadata.max.bytes`).
  static let defaultLimit = 4_096

  /// The text, `limit` bytes at most; what does not fit is left out, and so is delivered again after a restart.
  /// Empty when there is nothing to say.
  static func encode(_ completed: CompletedOffsets, committed: Int64, limit: Int = defaultLimit) -> String {
    let room = (limit - 2) / 4 * 3
    guard !completed.isEmpty, committed >= 0, room > 16 else { return "" }
    let runs = runLengths(completed, committed, room)
    let bits = bitset(completed, committed, room)
    let isRuns = (runs.covered, -runs.bytes.count) >= (bits.covered, -bits.bytes.count)
    let best = isRuns ? runs : bits
    guard best.covered > 0 else { return "" }
    return (isRuns ? "1r" : "1b") + String(decoding: Base64.encode(best.bytes), as: UTF8.self)
  }

  /// Reads the map that was committed together with the offset `committed`; nil when the text is none, or another's.
  static func decode(_ metadata: String, committed: Int64) -> CompletedOffsets? {
    let text = Array(metadata.utf8)
    guard text.count > 2, text[0] == UInt8(ascii: "1"), let bytes = Base64.decode(text[2...]) else { return nil }
    var reader = bytes[...]
    guard let base = readVarint(&reader), base == committed else { return nil }
    switch text[1] {
    case UInt8(ascii: "r"): return readRuns(reader, committed)
    case UInt8(ascii: "b"): return readBits(reader, committed)
    default: return nil
    }
  }

  // MARK: Run lengths

  private static func runLengths(
    _ completed: CompletedOffsets, _ committed: Int64, _ room: Int
  ) -> (bytes: [UInt8], covered: Int64) {
    var bytes = varint(committed)
    var covered: Int64 = 0
    var end = committed
    for range in completed.ranges {
      let pair = varint(range.lowerBound - end) + varint(Int64(range.count))
      guard bytes.count + pair.count <= room else { break }
      bytes += pair
      covered += Int64(range.count)
      end = range.upperBound
    }
    return (bytes, covered)
  }

  private static func readRuns(_ bytes: ArraySlice<UInt8>, _ committed: Int64) -> CompletedOffsets? {
    var completed = CompletedOffsets()
    var reader = bytes
    var end = committed
    while !reader.isEmpty {
      guard let gap = readVarint(&reader), let length = readVarint(&reader) else { return nil }
      let (lower, overflowed) = end.addingReportingOverflow(gap)
      let (upper, overflowedToo) = lower.addingReportingOverflow(length)
      guard !overflowed, !overflowedToo else { return nil }
      completed.append(lower..<upper)
      end = upper
    }
    return completed
  }

  // MARK: Bits

  private static func bitset(
    _ completed: CompletedOffsets, _ committed: Int64, _ room: Int
  ) -> (bytes: [UInt8], covered: Int64) {
    let head = varint(committed)
    let end = min(completed.ranges.last?.upperBound ?? committed, committed + Int64(room - head.count) * 8)
    var bits = [UInt8](repeating: 0, count: Int(max(0, end - committed) + 7) / 8)
    var covered: Int64 = 0
    for range in completed.ranges {
      for offset in range.clamped(to: committed..<max(committed, end)) {
        let bit = Int(offset - committed)
        bits[bit / 8] |= 1 << UInt8(bit % 8)
        covered += 1
      }
    }
    return (head + bits, covered)
  }

  private static func readBits(_ bytes: ArraySlice<UInt8>, _ committed: Int64) -> CompletedOffsets? {
    guard committed <= Int64.max - Int64(bytes.count * 8) else { return nil }
    var completed = CompletedOffsets()
    var offset = committed
    for byte in bytes {
      for bit in 0..<8 where byte & (1 << UInt8(bit)) != 0 {
        completed.append(offset + Int64(bit)..<offset + Int64(bit) + 1)
      }
      offset += 8
    }
    return completed
  }

  // MARK: Varints (seven bits a byte, the low ones first)

  private static func varint(_ value: Int64) -> [UInt8] {
    var rest = UInt64(value)
    var bytes: [UInt8] = []
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7f) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
    return bytes
  }

  private static func readVarint(_ reader: inout ArraySlice<UInt8>) -> Int64? {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while let byte = reader.popFirst() {
      // 63 bits fill nine bytes.
      guard shift < 63 else { return nil }
      value |= UInt64(byte & 0x7f) << shift
      shift += 7
      if byte & 0x80 == 0 { return Int64(value) }
    }
    return nil
  }
}

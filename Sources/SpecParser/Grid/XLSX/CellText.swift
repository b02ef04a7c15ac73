/// The text of the cell that is being read, in memory that is used again for each.
struct CellText: ~Copyable {
  private let memory: UnsafeMutablePointer<UInt8>
  private let limit: Int
  private(set) var count = 0
  /// Whether more came than the limit, which was left out.
  private(set) var isCut = false

  init(limit: Int) {
    self.limit = limit
    memory = .allocate(capacity: max(1, limit))
  }

  deinit { memory.deallocate() }

  var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: memory, count: count) }

  @inline(__always)
  mutating func removeAll() {
    count = 0
    isCut = false
  }

  @inline(__always)
  mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard let base = bytes.baseAddress else { return }
    let taken = min(bytes.count, limit - count)
    if taken < bytes.count { isCut = true }
    (memory + count).update(from: base, count: taken)
    count += taken
  }

  /// Makes characters of `_x000D_` and the like: so strings hold what XML cannot.
  ///
  /// Source: ECMA-376, part 1, 22.9.2.19 (ST_Xstring).
  mutating func unescape() {
    guard bytes.contains(UInt8(ascii: "_")) else { return }
    var (from, to) = (0, 0)
    while from < count {
      if let code = escape(at: from), let scalar = Unicode.Scalar(code) {
        // At most three bytes, for seven.
        for byte in UTF8.encode(scalar).unsafelyUnwrapped {
          memory[to] = byte
          to += 1
        }
        from += 7
      } else {
        memory[to] = memory[from]
        (from, to) = (from + 1, to + 1)
      }
    }
    count = to
  }

  private func escape(at place: Int) -> UInt16? {
    guard place + 7 <= count, memory[place] == UInt8(ascii: "_"), memory[place + 1] == UInt8(ascii: "x"),
      memory[place + 6] == UInt8(ascii: "_")
    else { return nil }
    let digits = UnsafeBufferPointer(start: memory + place + 2, count: 4)
    guard digits.allSatisfy(\.isHexDigit) else { return nil }
    return UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
  }
}

extension UInt8 {
  fileprivate var isHexDigit: Bool { isDigit || (self | 0x20 >= 0x61 && self | 0x20 <= 0x66) }
}

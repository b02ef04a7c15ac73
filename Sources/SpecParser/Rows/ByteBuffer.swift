/// Bytes that are written through a pointer, in memory that is used again.
struct ByteBuffer: Sendable {
  /// Longer than `count`: what is behind is room.
  private(set) var storage: [UInt8] = []
  private(set) var count = 0

  mutating func removeAll() { count = 0 }

  mutating func truncate(to count: Int) { self.count = min(self.count, count) }

  mutating func removeFirst(_ bytes: Int) {
    storage.removeFirst(bytes)
    count -= bytes
  }

  /// Appends what `body` writes at the pointer, `limit` bytes at most; it returns how many.
  @inline(__always)
  mutating func append(atMost limit: Int, _ body: (UnsafeMutablePointer<UInt8>) -> Int) {
    if storage.count < count + limit {
      storage.append(contentsOf: repeatElement(0, count: max(count + limit, storage.count * 2) - storage.count))
    }
    let start = count
    count += storage.withUnsafeMutableBufferPointer { storage in storage.baseAddress.map { body($0 + start) } ?? 0 }
  }

  @inline(__always)
  mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
    append(atMost: bytes.count) { place in
      if let base = bytes.baseAddress { place.update(from: base, count: bytes.count) }
      return bytes.count
    }
  }

  subscript(range: Range<Int>) -> ArraySlice<UInt8> { storage[range] }
}

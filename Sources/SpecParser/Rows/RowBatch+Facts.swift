extension RowBatch {
  /// What the search for rows that clash needs of a row; nil for one that has an error.
  public func facts(of place: Int) -> RowFacts? {
    let record = records[place]
    guard let layout, !record.isFailed, record.gtin != Record.noGTIN else { return nil }
    let first = place * layout.columns
    var key = Digest64()
    for column in layout.key { add(values[first + column], to: &key) }
    var content = Digest64()
    for column in 0..<layout.columns { add(values[first + column], to: &content) }
    let start = layout.window.map { values[first + $0.start] } ?? .nothing
    let end = layout.window.map { values[first + $0.end] } ?? .nothing
    return RowFacts(
      item: record.gtin, key: key.value, content: content.value,
      start: start.kind == .date ? Int32(truncatingIfNeeded: start.bits) : .min,
      end: end.kind == .date ? Int32(truncatingIfNeeded: end.bits) : .max,
      row: UInt32(truncatingIfNeeded: record.index),
      line: UInt32(truncatingIfNeeded: record.line))
  }

  private func add(_ value: TypedValue, to digest: inout Digest64) {
    // Values count, not the digits behind the point with which they were written.
    digest.add(UInt64(value.kind.rawValue) << 32 | UInt64(value.extra))
    if value.hasText {
      text.storage.withUnsafeBytes { bytes in
        let start = Int(value.bits)
        digest.add(UnsafeRawBufferPointer(rebasing: bytes[start..<(start + Int(value.extra))]))
      }
    } else {
      digest.add(UInt64(bitPattern: value.bits))
    }
  }
}

/// A digest for comparing values inside one process; no defence against who wants two to be equal.
struct Digest64 {
  private(set) var value: UInt64 = 0x9E37_79B9_7F4A_7C15

  @inline(__always)
  mutating func add(_ word: UInt64) {
    let product = (value ^ word).multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
    value = (product.high ^ product.low) &+ 0xE703_7ED1_A0B4_28DB
  }

  @inline(__always)
  mutating func add(_ bytes: UnsafeRawBufferPointer) {
    var at = 0
    while at + 8 <= bytes.count {
      add(bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))
      at += 8
    }
    var last: UInt64 = 0
    while at < bytes.count {
      last = last << 8 | UInt64(bytes[at])
      at += 1
    }
    add(last)
  }
}

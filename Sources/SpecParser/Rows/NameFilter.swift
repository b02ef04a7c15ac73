/// Tells most cells that name no column from those that may, without making texts of them: a workbook may have millions
/// of cells in the rows in which its header is looked for.
struct NameFilter: Sendable {
  private let hashes: Set<UInt64>
  private let longest: Int

  /// - Parameter keys: names as `FeedHeader.key` has them.
  init(_ keys: some Sequence<String>) {
    // Cells beyond ASCII, and those with what may be a unit, are not told, so that such names need not be known here.
    let plain = keys.filter { $0.utf8.allSatisfy { $0 < 0x80 } }
    hashes = Set(plain.map { $0.utf8.reduce(NameFilter.start, NameFilter.mix) })
    longest = plain.map(\.utf8.count).max() ?? 0
  }

  /// False only for a cell whose key is none of the names.
  func mayName(_ cell: UnsafeBufferPointer<UInt8>) -> Bool {
    // Longer ones are cut before they are compared.
    guard cell.count <= UnsafeBufferPointer<UInt8>.maxExcerpt else { return true }
    var hash = NameFilter.start
    var count = 0
    for byte in cell {
      guard byte < 0x80, !FeedHeader.unitMarks.contains(byte) else { return true }
      let lower = byte | 0x20
      guard byte &- 0x30 < 10 || lower &- 0x61 < 26 else { continue }
      count += 1
      if count > longest { return false }
      hash = NameFilter.mix(hash, lower)
    }
    return hashes.contains(hash)
  }

  /// FNV-1a, 64 bits.
  private static let start: UInt64 = 0xCBF2_9CE4_8422_2325

  @inline(__always)
  private static func mix(_ hash: UInt64, _ byte: UInt8) -> UInt64 { (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
}

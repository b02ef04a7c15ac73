/// What the end of an archive says of its directory, looked at before the directory is read: reading takes memory for
/// each entry, and a small file may claim millions.
///
/// Source: APPNOTE.TXT of PKWARE, sections 4.3.14 to 4.3.16.
struct ZipDirectory {
  /// The record at the end, its comment of at most 65,535 bytes, and the locator of the record for large archives.
  static let tail = 22 + 65_535 + locatorSize
  /// Bytes of the record for large archives that are looked at.
  static let largeRecordSize = 56
  private static let locatorSize = 20

  /// Bytes of the directories that all records in the tail claim: the reader tries each of them.
  private(set) var size: UInt64 = 0
  /// Places of records for large archives.
  private(set) var largeRecords: [UInt64] = []
  /// Whether there is a record at all.
  private(set) var isThere = false

  /// - Parameter tail: the file's last bytes.
  init(tail: [UInt8]) {
    guard tail.count >= 22 else { return }
    for at in 0...(tail.count - 22) where tail[at] == 0x50 && tail[at + 1] == 0x4B {
      guard tail[at + 2] == 5, tail[at + 3] == 6 else { continue }
      isThere = true
      var claimed = ZipDirectory.number(tail, at + 12, 4)
      let locator = at - ZipDirectory.locatorSize
      if locator >= 0, tail[locator...].starts(with: [0x50, 0x4B, 6, 7]) {
        largeRecords.append(ZipDirectory.number(tail, locator + 8, 8))
        // Then the short record's own size is a placeholder.
        if claimed == UInt64(UInt32.max) { claimed = 0 }
      }
      add(claimed)
    }
  }

  private mutating func add(_ claimed: UInt64) {
    let (sum, overflow) = size.addingReportingOverflow(claimed)
    size = overflow ? .max : sum
  }

  /// Takes a record for large archives into account.
  mutating func add(largeRecord record: [UInt8]) {
    guard record.count >= ZipDirectory.largeRecordSize, record.starts(with: [0x50, 0x4B, 6, 6]) else { return }
    // An entry has 46 bytes at least.
    let (entries, overflow) = ZipDirectory.number(record, 32, 8).multipliedReportingOverflow(by: 46)
    add(max(ZipDirectory.number(record, 40, 8), overflow ? .max : entries))
  }

  private static func number(_ bytes: [UInt8], _ start: Int, _ count: Int) -> UInt64 {
    bytes[start..<(start + count)].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}

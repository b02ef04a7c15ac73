internal import ScratchFiles

/// A run of bytes that is appended to and then read anywhere: in memory up to a limit, and beyond it in a temporary
/// file, of which some pages are kept.
final class SpillingBytes {
  private static let pageSize = 16 * 1024
  /// Two MiB of them.
  private static let pages = 128

  private let memory: Int
  private let limit: Int
  private let space: ScratchSpace
  /// All bytes; those not yet written once there is a file; the pages that are kept once it is flushed.
  private var held: [UInt8] = []
  private var file: ScratchFile?
  /// The page that each place among the kept ones has.
  private var kept: [Int] = []
  private(set) var count = 0

  init(memory: Int, limit: Int, space: ScratchSpace) {
    self.memory = memory
    self.limit = limit
    self.space = space
  }

  func append(_ bytes: UnsafeRawBufferPointer) throws(ScratchFileError) {
    held.append(contentsOf: bytes)
    count += bytes.count
    guard held.count > (file == nil ? memory : 256 * 1024) else { return }
    if file == nil { file = try ScratchFile(in: space, limit: limit) }
    try file?.append(held)
    // The memory of before the file is not needed again.
    held = []
  }

  /// Ends the time of appending: from now on it can be read.
  func flush() throws(ScratchFileError) {
    guard let file else { return }
    try file.append(held)
    held = [UInt8](repeating: 0, count: SpillingBytes.pages * SpillingBytes.pageSize)
    kept = [Int](repeating: -1, count: SpillingBytes.pages)
  }

  /// The four bytes at a place that is a multiple of four, as a number.
  @inline(__always)
  func number(at place: Int) throws(ScratchFileError) -> UInt32 {
    let start = file == nil ? place : try load(place)
    return held.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: start, as: UInt32.self) }
  }

  @inline(__always)
  func copy(_ range: Range<Int>, to target: inout [UInt8]) throws(ScratchFileError) {
    if file == nil {
      held.withUnsafeBufferPointer { target.append(contentsOf: UnsafeBufferPointer(rebasing: $0[range])) }
      return
    }
    var place = range.lowerBound
    while place < range.upperBound {
      let start = try load(place)
      let count = min(range.upperBound - place, SpillingBytes.pageSize - place % SpillingBytes.pageSize)
      target.append(contentsOf: held[start..<(start + count)])
      place += count
    }
  }

  /// Sees to it that the page of a place is kept.
  /// - Returns: where the place is among what is held.
  private func load(_ place: Int) throws(ScratchFileError) -> Int {
    let page = place / SpillingBytes.pageSize
    let slot = page % SpillingBytes.pages
    let start = slot * SpillingBytes.pageSize
    if kept[slot] != page, let file {
      kept[slot] = -1
      _ = try held.withUnsafeMutableBufferPointer { (held) throws(ScratchFileError) in
        try file.read(
          at: page * SpillingBytes.pageSize,
          into: UnsafeMutableRawBufferPointer(
            UnsafeMutableBufferPointer(rebasing: held[start..<(start + SpillingBytes.pageSize)])))
      }
      kept[slot] = page
    }
    return start + place % SpillingBytes.pageSize
  }
}

internal import ScratchFiles

/// A workbook's shared strings, by number: one run of bytes, and where each string ends in it.
final class SharedStrings {
  private let bytes: SpillingBytes
  /// Four bytes for each string.
  private let ends: SpillingBytes
  private(set) var count = 0

  /// - Parameters:
  ///   - memory: bytes of strings that are kept in memory, and half as many for their places.
  ///   - limit: bytes of the table; less than 4 GiB.
  init(memory: Int, limit: Int, space: ScratchSpace) {
    bytes = SpillingBytes(memory: memory, limit: limit, space: space)
    ends = SpillingBytes(memory: memory / 2, limit: limit, space: space)
  }

  func append(_ string: UnsafeBufferPointer<UInt8>) throws(ScratchFileError) {
    try bytes.append(UnsafeRawBufferPointer(string))
    try withUnsafeBytes(of: UInt32(truncatingIfNeeded: bytes.count)) { (end) throws(ScratchFileError) in
      try ends.append(end)
    }
    count += 1
  }

  /// Ends the time of appending.
  func close() throws(ScratchFileError) {
    try bytes.flush()
    try ends.flush()
  }

  /// Appends a string's bytes.
  /// - Returns: how many; nil when there is no such string.
  func copy(_ index: Int, to target: inout [UInt8]) throws(ScratchFileError) -> Int? {
    guard index >= 0, index < count else { return nil }
    let end = Int(try ends.number(at: 4 * index))
    let start = index == 0 ? 0 : Int(try ends.number(at: 4 * (index - 1)))
    try bytes.copy(start..<end, to: &target)
    return end - start
  }
}

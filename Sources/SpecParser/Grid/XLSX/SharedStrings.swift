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

  func append(
    _ string: UnsafeBufferPointer<UInt8>, doubt: GridRows.Doubt.Reason? = nil
  ) throws(ScratchFileError) {
    if let mark = SharedStrings.mark(doubt) {
      try withUnsafeBytes(of: mark) { (mark) throws(ScratchFileError) in try bytes.append(mark) }
    }
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
  /// - Parameter doubt: set if it is not certain what the string says.
  /// - Returns: whether there is such a string.
  func copy(
    _ index: Int, to target: inout [UInt8], doubt: inout GridRows.Doubt.Reason?
  ) throws(ScratchFileError) -> Bool {
    guard index >= 0, index < count else { return false }
    let end = Int(try ends.number(at: 4 * index))
    let start = index == 0 ? 0 : Int(try ends.number(at: 4 * (index - 1)))
    let place = target.count
    try bytes.copy(start..<end, to: &target)
    if start < end, target[place] >= SharedStrings.raised {
      doubt = target[place] == SharedStrings.raised ? .raised : .struckOut
      target.remove(at: place)
    }
    return true
  }

  /// Bytes that no text has stand before one that is in doubt.
  private static let (raised, struckOut): (UInt8, UInt8) = (0xFE, 0xFF)

  private static func mark(_ doubt: GridRows.Doubt.Reason?) -> UInt8? {
    switch doubt {
    case .struckOut: struckOut
    case .raised: raised
    case .behindQuote, .hidden, nil: nil
    }
  }
}

/// Takes the field `file` out of a multipart form (RFC 7578) as its bytes arrive, in any cut. Other fields are passed
/// over. It holds back no more than a boundary's length, or one part's headers.
struct MultipartParser {
  private enum State {
    /// Before the first boundary.
    case preamble
    /// Behind a boundary: the line's end, or the two hyphens of the last one.
    case boundaryEnd
    case headers
    case content(isFile: Bool)
    /// Behind the last boundary.
    case end
  }

  static let maxHeaderBytes = 8 * 1_024
  static let maxPreambleBytes = 8 * 1_024

  /// CR, LF, two hyphens and the boundary.
  private let delimiter: [UInt8]
  private var state = State.preamble
  /// What was not used yet.
  private var pending: [UInt8]
  private var preambleBytes = 0
  private var hasFile = false

  init(boundary: [UInt8]) {
    delimiter = [0x0D, 0x0A, 0x2D, 0x2D] + boundary
    // The first boundary may stand at the very beginning: as if a line had ended before it.
    pending = [0x0D, 0x0A]
  }

  /// Takes the next bytes of the body, and appends what belongs to the file.
  mutating func read(_ bytes: [UInt8], into file: inout [UInt8]) throws(MultipartError) {
    pending += bytes
    var position = 0
    while try step(&position, into: &file) {}
    pending.removeFirst(position)
  }

  /// The body has ended.
  func finish() throws(MultipartError) {
    guard case .end = state else {
      if case .preamble = state { throw .noBoundary }
      throw .incomplete
    }
    guard hasFile else { throw .missingFile }
  }

  /// Does what `pending` from `position` on suffices for; false when more bytes are needed.
  private mutating func step(_ position: inout Int, into file: inout [UInt8]) throws(MultipartError) -> Bool {
    switch state {
    case .preamble:
      let start = position
      let isFound = pass(&position) { _ in }
      preambleBytes += position - start
      guard preambleBytes <= MultipartParser.maxPreambleBytes else { throw .noBoundary }
      if isFound { state = .boundaryEnd }
      return isFound
    case .content(let isFile):
      let isFound = pass(&position) { if isFile { file.append(contentsOf: $0) } }
      if isFound { state = .boundaryEnd }
      return isFound
    case .boundaryEnd: return try endBoundary(&position)
    case .headers: return try readHeaders(&position)
    case .end:
      position = pending.count
      return false
    }
  }

  /// Hands out what stands before the next delimiter, and passes it; without one, all that cannot be its beginning.
  private func pass(_ position: inout Int, _ hand: (Slice<UnsafeBufferPointer<UInt8>>) -> Void) -> Bool {
    pending.withUnsafeBufferPointer { bytes in
      let start = position
      var from = position
      while let candidate = bytes[from...].firstIndex(of: 0x0D) {
        let length = min(delimiter.count, bytes.count - candidate)
        if bytes[candidate..<candidate + length].elementsEqual(delimiter[..<length]) {
          hand(bytes[start..<candidate])
          position = length == delimiter.count ? candidate + length : candidate
          return length == delimiter.count
        }
        from = candidate + 1
      }
      hand(bytes[start...])
      position = bytes.count
      return false
    }
  }

  private mutating func endBoundary(_ position: inout Int) throws(MultipartError) -> Bool {
    // Blanks may stand behind a boundary (RFC 2046, section 5.1.1).
    var end = position
    while end < pending.count, pending[end] == 0x20 || pending[end] == 0x09 { end += 1 }
    guard end - position <= 64 else { throw .malformedBoundary }
    guard pending.count - end >= 2 else { return false }
    switch (pending[end], pending[end + 1]) {
    case (0x0D, 0x0A):
      // The line's end stays: headers are then preceded by one each, and none at all are two in a row.
      position = end
      state = .headers
    case (0x2D, 0x2D) where end == position:
      position = end + 2
      state = .end
    default: throw .malformedBoundary
    }
    return true
  }

  private mutating func readHeaders(_ position: inout Int) throws(MultipartError) -> Bool {
    let blank: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A]
    let window = pending[position...].prefix(MultipartParser.maxHeaderBytes)
    var end: Int?
    if window.count >= 4 {
      end = (window.startIndex...window.endIndex - 4).first { pending[$0..<$0 + 4].elementsEqual(blank) }
    }
    guard let end else {
      guard window.count < MultipartParser.maxHeaderBytes else { throw .headersTooLong }
      return false
    }
    let isFile = try MultipartParser.isFile(pending[position..<end])
    if isFile, hasFile { throw .repeatedFile }
    if isFile { hasFile = true }
    position = end + blank.count
    state = .content(isFile: isFile)
    return true
  }

  /// Whether a part's headers name the field `file`.
  private static func isFile(_ headers: ArraySlice<UInt8>) throws(MultipartError) -> Bool {
    for line in headers.split(whereSeparator: { $0 == 0x0D || $0 == 0x0A }) {
      guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { throw .malformedHeaders }
      guard String(decoding: line[..<colon], as: UTF8.self).lowercased() == "content-disposition" else { continue }
      let parameters = HeaderParameters.read(line[(colon + 1)...])
      guard let name = parameters.first(where: { $0.name == "name" }) else { throw .malformedHeaders }
      return name.value == "file"
    }
    throw .malformedHeaders
  }
}

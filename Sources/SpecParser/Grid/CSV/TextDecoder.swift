/// Turns text of any of the known encodings, as it comes, into UTF-8.
///
/// Where a file's first bytes do not tell, it is ASCII until a character beyond it comes, which is the same in UTF-8 and
/// in Windows-1252; that character decides for all that follows: a well-formed sequence of UTF-8 for UTF-8, any other
/// byte for Windows-1252. In UTF-8 bytes that are none stay as they are, for their cells to be refused. In Windows-1252
/// a sequence of UTF-8 contradicts, and gets a byte in front that is none in UTF-8, so that its cell is refused too. No
/// cell is ever guessed.
struct TextDecoder: Sendable {
  private(set) var encoding: TextEncoding
  /// Bytes of a character that is not complete yet.
  private var held: [UInt8] = []
  /// The first half of a surrogate pair of UTF-16.
  private var high: UInt16?

  init(_ encoding: TextEncoding) { self.encoding = encoding }

  /// Appends the chunk's characters to `text`.
  mutating func decode(_ chunk: ArraySlice<UInt8>, into text: inout [UInt8]) {
    switch encoding {
    case .utf8: appendSequences(chunk, to: &text)
    case .undecided, .windows1252: decodeBytes(chunk, into: &text, isLast: false)
    case .utf16LittleEndian, .utf16BigEndian: decodeUnits(chunk, into: &text)
    }
  }

  /// Appends what is left at the end of the file.
  /// - Returns: whether the file ends amid a character, which is left out then.
  mutating func finish(into text: inout [UInt8]) -> Bool {
    switch encoding {
    case .utf8:
      defer { held = [] }
      return !held.isEmpty
    case .undecided, .windows1252:
      decodeBytes([], into: &text, isLast: true)
      return false
    case .utf16LittleEndian, .utf16BigEndian:
      let (half, high) = (held.first, high)
      (held, self.high) = ([], nil)
      if high != nil { text.append(contentsOf: TextDecoder.replacement) }
      // Half of a unit is left out, but for that of a line's end.
      if encoding == .utf16LittleEndian, let half, half == .lineFeed || half == .carriageReturn { text.append(half) }
      return half != nil || high != nil
    }
  }

  // MARK: Bytes

  private mutating func decodeBytes(_ chunk: ArraySlice<UInt8>, into text: inout [UInt8], isLast: Bool) {
    if held.isEmpty, chunk.isASCII {
      text.append(contentsOf: chunk)
      return
    }
    let bytes = held + chunk
    held = []
    var at = 0
    while at < bytes.count {
      if bytes[at] < 0x80 {
        let run = bytes[at...].prefix { $0 < 0x80 }
        text.append(contentsOf: run)
        at = run.endIndex
        continue
      }
      let rest = bytes[at...].prefix(4)
      if !isLast, UTF8Sequence.isIncomplete(rest) {
        held = Array(rest)
        return
      }
      let length = UTF8Sequence.length(rest)
      if encoding == .undecided { encoding = length == nil ? .windows1252 : .utf8 }
      if encoding == .utf8 {
        return appendSequences(bytes[at...], to: &text)
      }
      if length != nil { text.append(0xFF) }
      for byte in rest.prefix(length ?? 1) { TextDecoder.append(Windows1252.scalar(of: byte), to: &text) }
      at += length ?? 1
    }
  }

  /// Appends UTF-8, but for a character at the end whose last bytes are still to come.
  private mutating func appendSequences(_ chunk: ArraySlice<UInt8>, to text: inout [UInt8]) {
    if !held.isEmpty {
      let bytes = held + chunk
      held = []
      return appendSequences(bytes[...], to: &text)
    }
    let rest = (1...3).lazy.map { chunk.suffix($0) }.first { UTF8Sequence.isIncomplete($0) } ?? []
    text.append(contentsOf: chunk.dropLast(rest.count))
    held += rest
  }

  // MARK: Units of two bytes

  private mutating func decodeUnits(_ chunk: ArraySlice<UInt8>, into text: inout [UInt8]) {
    text.reserveCapacity(text.count + chunk.count)
    var chunk = chunk
    if let first = held.first, let second = chunk.first {
      held = []
      chunk = chunk.dropFirst()
      take(unit(first, second), into: &text)
    }
    var at = chunk.startIndex
    while at + 1 < chunk.endIndex {
      take(unit(chunk[at], chunk[at + 1]), into: &text)
      at += 2
    }
    if at < chunk.endIndex { held = [chunk[at]] }
  }

  private func unit(_ first: UInt8, _ second: UInt8) -> UInt16 {
    encoding == .utf16LittleEndian ? UInt16(first) | UInt16(second) << 8 : UInt16(first) << 8 | UInt16(second)
  }

  private mutating func take(_ unit: UInt16, into text: inout [UInt8]) {
    if let high {
      self.high = nil
      if (0xDC00...0xDFFF).contains(unit) {
        let scalar = 0x10000 + (UInt32(high) - 0xD800) << 10 + (UInt32(unit) - 0xDC00)
        return TextDecoder.append(scalar, to: &text)
      }
      text.append(contentsOf: TextDecoder.replacement)
    }
    switch unit {
    case 0..<0x80: text.append(UInt8(truncatingIfNeeded: unit))
    case 0xD800...0xDBFF: high = unit
    case 0xDC00...0xDFFF: text.append(contentsOf: TextDecoder.replacement)
    default: TextDecoder.append(UInt32(unit), to: &text)
    }
  }

  private static let replacement: [UInt8] = [0xEF, 0xBF, 0xBD]

  private static func append(_ scalar: UInt32, to text: inout [UInt8]) {
    func continuation(_ shift: UInt32) -> UInt8 { 0x80 | UInt8(truncatingIfNeeded: scalar >> shift & 0x3F) }
    switch scalar {
    case 0..<0x80: text.append(UInt8(truncatingIfNeeded: scalar))
    case 0x80..<0x800: text += [0xC0 | UInt8(truncatingIfNeeded: scalar >> 6), continuation(0)]
    case 0x800..<0x10000:
      text += [0xE0 | UInt8(truncatingIfNeeded: scalar >> 12), continuation(6), continuation(0)]
    default:
      text += [
        0xF0 | UInt8(truncatingIfNeeded: scalar >> 18), continuation(12), continuation(6), continuation(0),
      ]
    }
  }
}

extension ArraySlice<UInt8> {
  /// Whether no byte has its highest bit set.
  fileprivate var isASCII: Bool {
    withUnsafeBytes { bytes in
      var all: UInt64 = 0
      var at = 0
      while at &+ 8 <= bytes.count {
        all |= bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self)
        at &+= 8
      }
      while at < bytes.count {
        all |= UInt64(bytes[at])
        at &+= 1
      }
      return all & 0x8080_8080_8080_8080 == 0
    }
  }
}

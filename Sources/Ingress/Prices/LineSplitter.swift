/// Cuts a stream of bytes into lines, each of a limited length.
struct LineSplitter {
  enum Line: Equatable {
    /// Without its line feed.
    case text([UInt8])
    /// Left out, since it was longer than the limit.
    case tooLong(limit: Int)

    var isBlank: Bool {
      guard case .text(let bytes) = self else { return false }
      return bytes.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
    }
  }

  private let maxLineBytes: Int
  private var rest: [UInt8] = []
  private var isTooLong = false

  init(maxLineBytes: Int) { self.maxLineBytes = maxLineBytes }

  /// The lines that end in these bytes.
  mutating func split(_ bytes: [UInt8]) -> [Line] {
    var lines: [Line] = []
    var start = bytes.startIndex
    while let end = bytes[start...].firstIndex(of: 0x0A) {
      add(bytes[start..<end])
      lines.append(take())
      start = end + 1
    }
    add(bytes[start...])
    return lines
  }

  /// The last line, if it has no line feed.
  mutating func finish() -> Line? { rest.isEmpty && !isTooLong ? nil : take() }

  private mutating func add(_ piece: ArraySlice<UInt8>) {
    guard !isTooLong, rest.count + piece.count <= maxLineBytes else {
      isTooLong = true
      return rest = []
    }
    rest += piece
  }

  private mutating func take() -> Line {
    defer { (rest, isTooLong) = ([], false) }
    return isTooLong ? .tooLong(limit: maxLineBytes) : .text(rest)
  }
}
